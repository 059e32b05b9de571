// ReadWorkers: [[workers]].
#include <utility>

#include "conf/lower.h"
#include "conf/sections.h"
#include "conf/worker_path.h"
#include "conf/worker_rules.h"
#include "proxy/net/tls_context.h"

namespace banto::conf {
namespace {

void ReadUrl(const SectionReader& reader, Worker* worker) {
  std::string text;
  if (!reader.Has("url")) {
    reader.Error("url", "this worker has no url", "add url = \"http://host:port\"");
  } else if (reader.Text("url", &text)) {
    Complaint wrong = CheckWorkerUrl(text, reader.MayQuote("url"), &worker->url);
    if (!wrong) wrong = CheckWorkerPath(worker->url, worker->kind);
    if (wrong) reader.Error("url", wrong.message, wrong.hint);
  }
}

void ReadName(const SectionReader& reader, Worker* worker) {
  if (!worker->url.scheme.empty()) worker->name = DefaultWorkerName(worker->url, worker->kind);
  if (reader.Text("name", &worker->name) && !IsVisibleText(worker->name)) {
    reader.Error("name", "a name is printable, without blanks and quotes",
                 "it stands in headers, metrics and logs");
  }
}

void CheckApiKey(const SectionReader& reader, std::string_view key, const std::string& value) {
  if (IsVisibleText(value)) return;
  const bool with_scheme = Lower(value).starts_with("bearer ");
  reader.Error(key, "an api_key is one word of printable text",
               with_scheme ? "leave out \"Bearer\": banto writes it"
                           : "leave it out to pass the client's on");
}

void ReadApiKey(const SectionReader& reader, Worker* worker) {
  if (reader.Has("api_key") && reader.Has("api_key_file")) {
    reader.Error("api_key_file", "api_key is given too", "keep one of them");
    return;
  }
  std::string* api_key = &worker->api_key;
  if (reader.Text("api_key", api_key)) CheckApiKey(reader, "api_key", *api_key);
  if (reader.SecretFile("api_key_file", api_key)) CheckApiKey(reader, "api_key_file", *api_key);
}

void ReadHeaders(const SectionReader& reader, const ReadContext& context, Worker* worker) {
  reader.TextTable("headers", &worker->headers);
  const TomlEntry* table = reader.table().Find("headers");
  for (const auto& [name, value] : worker->headers) {
    Complaint wrong = CheckHeader(name, value);
    const bool is_authorization =
        name.size() == 13 && (name[0] == 'A' || name[0] == 'a') && name.substr(1) == "uthorization";
    if (!wrong && is_authorization && !worker->api_key.empty()) {
      wrong = {"api_key sets Authorization too", "keep one of them"};
    }
    const TomlEntry* entry = table->value.Find(name);
    if (wrong && entry != nullptr) context.errors->Add(entry->key_place, wrong.message, wrong.hint);
  }
}

void ReadModels(const SectionReader& reader, const ReadContext& context, Worker* worker) {
  if (!reader.Texts("models", &worker->models)) return;
  for (size_t i = 0; i < worker->models.size(); ++i) {
    if (IsModelName(worker->models[i])) continue;
    context.errors->Add(reader.table().Find("models")->value.items[i].place,
                        "a model's name is one line of text", "leave out models to ask the worker");
  }
}

void ReadHostHeader(const SectionReader& reader, Worker* worker) {
  if (!reader.Text("host_header", &worker->host_header)) return;
  if (const Complaint wrong = CheckHostHeader(worker->host_header)) {
    reader.Error("host_header", wrong.message, wrong.hint);
  }
}

// A readable file may still be no certificate.
void ReadCaFile(const SectionReader& reader, Worker* worker) {
  if (!reader.File("tls_ca_file", &worker->tls_ca_file)) return;
  net::TlsSettings settings;
  settings.ca_file = worker->tls_ca_file;
  std::string error;
  if (net::TlsContext::Create(settings, &error) != nullptr) return;
  reader.Error("tls_ca_file", reader.MayQuote("tls_ca_file") ? error : "no certificate in the file",
               "it holds certificates between -----BEGIN CERTIFICATE----- and -----END …");
}

Worker ReadWorker(const SectionReader& reader, const ReadContext& context) {
  Worker worker;
  reader.Choice("kind", &worker.kind);
  ReadUrl(reader, &worker);
  ReadName(reader, &worker);
  ReadModels(reader, context, &worker);
  reader.Integer("weight", &worker.weight);
  reader.Integer("max_in_flight", &worker.max_in_flight);
  reader.Boolean("backup", &worker.backup);
  ReadHostHeader(reader, &worker);
  ReadApiKey(reader, &worker);
  ReadHeaders(reader, context, &worker);
  reader.Boolean("tls_verify", &worker.tls_verify);
  ReadCaFile(reader, &worker);
  return worker;
}

// Counters, health and metrics belong to a worker's name: two of one name would mix them.
class Identities {
 public:
  explicit Identities(ErrorList* errors) : errors_(errors) {}

  void Add(const Worker& worker, const SectionReader& reader) {
    if (worker.name.empty()) return;
    const Place place = reader.PlaceOf(reader.Has("name") ? "name" : "url");
    for (const auto& [name, first] : seen_) {
      if (name != worker.name) continue;
      errors_->Add(
          place,
          "two workers are called \"" + name + "\" (the first on line " +
              std::to_string(first.line) + ")",
          reader.Has("name") ? "give one of them another name" : "give one of them a name");
      return;
    }
    seen_.emplace_back(worker.name, place);
  }

 private:
  ErrorList* errors_;
  std::vector<std::pair<std::string, Place>> seen_;
};

}  // namespace

void ReadWorkers(const TomlValue* list, const ReadContext& context, Config* config) {
  Identities identities(context.errors);
  for (const TomlValue& item : list->items) {
    if (item.type != TomlValue::Type::kTable) {
      context.errors->Add(item.place, "each worker is a table",
                          "write [[workers]] and url = \"…\"");
      continue;
    }
    const SectionReader reader("workers", item, context.base_dir, context.errors);
    Worker worker = ReadWorker(reader, context);
    identities.Add(worker, reader);
    config->workers.push_back(std::move(worker));
  }
}

}  // namespace banto::conf
