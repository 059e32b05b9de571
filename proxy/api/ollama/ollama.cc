#include "proxy/api/ollama/ollama.h"

#include "proxy/api/embedding_rows.h"
#include "proxy/api/ollama/duration.h"
#include "proxy/api/ollama/ollama_line.h"
#include "proxy/api/ollama/ollama_listing.h"
#include "proxy/api/request_values.h"
#include "proxy/api/rfc3339.h"
#include "proxy/api/usage_reader.h"
#include "proxy/api/worker_words.h"
#include "proxy/json/json_cursor.h"

namespace banto::api::ollama {
namespace {

using json::JsonField;
using json::JsonMember;
using json::JsonScan;

// Whether a raw string, array or object holds nothing; absent counts as nothing.
bool IsEmpty(std::string_view raw) {
  json::JsonCursor json(raw);
  if (json.EnterArray()) return !json.NextElement();
  std::string_view key;
  if (json.EnterObject()) return !json.NextMember(&key);
  return raw.empty() || raw == "null" || raw == "\"\"";
}

void ReadRequest(const OperationInfo& info, const JsonScan& scan, RequestFacts* facts) {
  // Its own clients still send `name` to /api/show.
  if (info.operation == Operation::kShow && scan.Find(JsonField::kModel) == nullptr)
    facts->ReadModel(scan.Find(JsonField::kName));
  const std::string_view options = ValueOf(scan, JsonField::kOptions);
  facts->sampled = IsSampled(ValueIn(options, "temperature"), ValueIn(options, "seed"));
  facts->expectations.limit_set = IsPositive(ValueIn(options, "num_predict"));
  facts->unloads = IsZeroDuration(ValueOf(scan, JsonField::kKeepAlive));
  facts->load_or_unload = facts->unloads;
  if (info.operation == Operation::kEmbeddings) {
    facts->sampled = false;
    facts->expectations.choices = CountInputs(ValueOf(scan, JsonField::kInput));
    return;
  }
  const bool chat = info.operation == Operation::kChat;
  if (IsEmpty(ValueOf(scan, chat ? JsonField::kMessages : JsonField::kPrompt)))
    facts->load_or_unload = facts->asks_nothing = true;
}

// Ignores case: Go's decoder accepts "Keep_Alive" for "keep_alive".
std::string_view Folded(const JsonScan& scan, JsonField field) {
  if (!scan.fields().Has(field)) return {};
  for (const JsonMember& member : scan.members()) {
    if (member.field == field) return scan.Canonical(member);
  }
  return {};
}

// An empty prompt loads (or with keep_alive 0 unloads) a model; `context` is a conversation's
// state.
const char* BypassReason(const JsonScan& scan) {
  if (IsZeroDuration(Folded(scan, JsonField::kKeepAlive))) return "keep_alive_zero";
  if (!IsEmpty(Folded(scan, JsonField::kContext))) return "context";
  for (const JsonField prompt : {JsonField::kMessages, JsonField::kPrompt, JsonField::kInput}) {
    if (!IsEmpty(Folded(scan, prompt))) return nullptr;
  }
  return "empty_prompt";
}

std::unique_ptr<StreamReader> ReadStream(const RequestExpectations& expectations) {
  return ReadLines(expectations, true);
}

Completeness CheckWhole(const RequestExpectations& expectations, std::string_view body,
                        FrameVerdict* spans, Usage* usage) {
  if (expectations.operation->operation == Operation::kEmbeddings)
    return CheckEmbeddings(expectations.choices, body, usage);
  const OllamaLine answer = ReadOllamaLine(body);
  if (answer.is_error) return Completeness::kUpstreamError;
  if (!answer.is_json || !answer.utf8_ok) return Completeness::kMalformed;
  ReadUsage(body, usage);
  if (spans != nullptr) LocateDate(answer, body, spans);
  return JudgeOllama(answer, answer.generated, expectations.limit_set);
}

std::string Text(std::string_view message) {
  std::string body;
  AppendText(R"({"error":)", message, &body);
  return body;
}

std::string Body(const ApiError& error) { return WithRequestId(Text(error.message), error); }

std::string Event(const ApiError& error, int64_t) { return Text(error.message).append("}"); }

std::string OfWorker(int, const WorkerWords& words) { return Text(words.message).append("}"); }

bool IsReadable(std::string_view body) {
  const ErrorForm form = ReadErrorForm(body);
  return form.whole && form.text;
}

// server/routes.go: ChatHandler and GenerateHandler say so when a model was loaded or unloaded.
ListingAnswer AnswerLoad(const OperationInfo& operation, const RequestFacts& facts, int64_t now_s) {
  std::string body;
  api::AppendText(R"({"model":)", facts.model, &body);
  body.append(R"(,"created_at":")").append(Rfc3339(now_s)).append(R"(.000000000Z",)");
  body += operation.operation == Operation::kChat ? R"("message":{"role":"assistant","content":""})"
                                                  : R"("response":"")";
  const bool unloads = facts.unloads;
  body.append(R"(,"done":true,"done_reason":")").append(unloads ? "unload\"}" : "load\"}");
  if (!facts.stream) return {200, "application/json; charset=utf-8", body};
  return {200, "application/x-ndjson", body + "\n"};
}

constexpr ErrorShape kErrors = {
    .body = Body,
    .event = Event,
    .readable = IsReadable,
    .of_worker = OfWorker,
    .readable_event = [](const http::Frame& frame) { return IsReadable(frame.data); },
};

}  // namespace

constinit const Dialect kDialect = {
    .name = "ollama",
    .root = "/api",
    .natives = engine::kOllama,
    .may_load_models = true,
    .read_request = ReadRequest,
    // `options` counts as a unit: it holds num_ctx and seed besides num_thread.
    .ignored = {JsonField::kKeepAlive, JsonField::kStream},
    .bypass_reason = BypassReason,
    .read_stream = ReadStream,
    .check_whole = CheckWhole,
    .errors = &kErrors,
    .list = List,
    .answer_load = AnswerLoad,
};

}  // namespace banto::api::ollama
