// ReadWorkers: [[workers]].
#include <utility>

#include "conf/sections.h"
#include "conf/worker_key.h"
#include "conf/worker_path.h"
#include "conf/worker_rules.h"
#include "proxy/base/ascii.h"
#include "proxy/net/tls_context.h"

namespace banto::conf {
namespace {

void CheckUrl(const SectionReader& reader, Worker* worker) {
  std::string text;
  if (!reader.Has("url")) {
    reader.Error("url", "this worker has no url", "add url = \"http://host:port\"");
  } else if (reader.Value("url").Text(&text)) {
    Complaint wrong = CheckWorkerUrl(text, reader.MayQuote("url"), &worker->url);
    if (!wrong) wrong = CheckWorkerPath(worker->url, worker->kind);
    // It answers whatever model it is asked for.
    if (!wrong && IsAzureDeployment(worker->url) && worker->models.empty())
      wrong = {"a deployment is one model and does not tell which", "add models = [\"its name\"]"};
    if (wrong) reader.Error("url", wrong.message, wrong.hint);
  }
}

void CheckName(const SectionReader& reader, Worker* worker) {
  if (!reader.Took("name")) {
    if (!worker->url.scheme.empty()) worker->name = DefaultWorkerName(worker->url, worker->kind);
  } else if (!IsVisibleText(worker->name)) {
    reader.Error("name", "a name is printable, without blanks and quotes",
                 "it appears in headers, metrics and logs");
  }
}

void CheckApiKey(const SectionReader& reader, const Worker& worker) {
  const char* key = reader.Took("api_key") ? "api_key" : "api_key_file";
  if (!reader.Took(key) || IsVisibleText(worker.api_key)) return;
  const bool with_scheme = base::Lowered(worker.api_key).starts_with("bearer ");
  reader.Error(key, "an api_key is one word of printable text",
               with_scheme ? "leave out \"Bearer\": banto writes it"
                           : "leave it out to forward the client's");
}

void CheckHeaders(const SectionReader& reader, const Worker& worker) {
  for (const auto& [name, value] : worker.headers) {
    Complaint wrong = CheckHeader(name, value);
    const std::string key = KeyFieldOf(worker).name;
    if (!wrong && !key.empty() && base::Lowered(name) == base::Lowered(key)) {
      wrong = {"api_key sets " + key + " too", "keep one of them"};
    }
    const TomlEntry* entry = reader.table().Find("headers")->value.Find(name);
    if (wrong && entry != nullptr) reader.ErrorAt(entry->key_place, wrong.message, wrong.hint);
  }
}

void CheckModels(const SectionReader& reader, const Worker& worker) {
  for (size_t i = 0; i < worker.models.size(); ++i) {
    if (IsModelName(worker.models[i])) continue;
    reader.ErrorAt(reader.PlaceOfItem("models", i), "a model's name is one line of text",
                   "leave out models to ask the worker");
  }
}

void CheckHost(const SectionReader& reader, const Worker& worker) {
  if (!reader.Took("host_header")) return;
  if (const Complaint wrong = CheckHostHeader(worker.host_header)) {
    reader.Error("host_header", wrong.message, wrong.hint);
  }
}

// A readable file may still not be a certificate.
void CheckCaFile(const SectionReader& reader, const Worker& worker) {
  if (!reader.Took("tls_ca_file")) return;
  net::TlsSettings settings;
  settings.ca_file = worker.tls_ca_file;
  std::string error;
  if (net::TlsContext::Create(settings, &error) != nullptr) return;
  reader.Error("tls_ca_file", reader.MayQuote("tls_ca_file") ? error : "no certificate in the file",
               "it contains certificates between -----BEGIN CERTIFICATE----- and -----END …");
}

// Counters, health and metrics are keyed by the worker's name: equal names would mix them.
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

void ReadWorkers(const TomlValue& list, const ReadContext& context, Config* config) {
  Identities identities(context.errors);
  for (const TomlValue& item : list.items) {
    if (item.type != TomlValue::Type::kTable) {
      context.errors->Add(item.place, "each worker is a table",
                          "write [[workers]] and url = \"…\"");
      continue;
    }
    Worker worker;
    const SectionReader reader("workers", item, context, {.config = config, .worker = &worker});
    CheckUrl(reader, &worker);
    CheckName(reader, &worker);
    CheckModels(reader, worker);
    CheckHost(reader, worker);
    CheckApiKey(reader, worker);
    CheckHeaders(reader, worker);
    CheckCaFile(reader, worker);
    identities.Add(worker, reader);
    config->workers.push_back(std::move(worker));
  }
}

}  // namespace banto::conf
