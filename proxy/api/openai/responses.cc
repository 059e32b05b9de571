// The Responses API. Its events are named and counted, and an error is one of them.
#include "proxy/api/json_text.h"
#include "proxy/api/keep_alive.h"
#include "proxy/api/openai/openai.h"
#include "proxy/api/openai/request_members.h"
#include "proxy/api/openai/responses_check.h"
#include "proxy/api/openai_error.h"
#include "proxy/api/request_values.h"
#include "proxy/api/worker_words.h"
#include "proxy/base/ascii.h"
#include "proxy/json/json_cursor.h"

namespace banto::api::openai {
namespace {

using json::JsonField;

// Unlike OpenAI's other answers it repeats most of what was asked: metadata, user and their like
// are in the key.
constexpr json::JsonFieldSet kNotRepeated = {
    JsonField::kCachePrompt,  JsonField::kCustomLabels, JsonField::kDataParallelRank,
    JsonField::kExtraKey,     JsonField::kIdSlot,       JsonField::kKeepAlive,
    JsonField::kPriority,     JsonField::kRequestId,    JsonField::kRid,
    JsonField::kRoutedDpRank, JsonField::kStore,        JsonField::kStream,
    JsonField::kStreamOptions};

void ReadRequest(const OperationInfo&, const json::JsonScan& scan, RequestFacts* facts) {
  facts->sampled =
      IsSampled(ValueOf(scan, JsonField::kTemperature), ValueOf(scan, JsonField::kSeed));
}

// `code`, `param` and `more` (members behind commas) are JSON.
std::string EventJson(std::string_view message, std::string_view code, std::string_view param,
                      std::string_view more, int64_t sequence) {
  std::string event = R"({"type":"error","code":)";
  event.append(code);
  AppendText(R"(,"message":)", message, &event);
  event.append(R"(,"param":)").append(param).append(more);
  return event.append(R"(,"sequence_number":)").append(std::to_string(sequence)).append("}");
}

std::string Event(const ApiError& error, int64_t sequence) {
  return EventJson(error.message, error.code.empty() ? "null" : JsonString(error.code), "null", {},
                   sequence);
}

bool IsNumber(std::string_view raw) { return raw.front() == '-' || base::IsDigit(raw.front()); }

// It has no place for a type, and its code is a text. A type says more than a number, mostly the
// status over again.
std::string CodeOf(const WorkerWords& words) {
  if (words.code.front() == '"') return words.code;
  if (words.code == "null" && words.type.empty()) return "null";
  return JsonString(words.type.empty() ? words.code : words.type);
}

std::string EventOfWorker(const WorkerWords& words, int64_t sequence) {
  const bool both = IsNumber(words.code) && !words.type.empty();
  const bool param_is_text = words.param.front() == '"';
  return EventJson(words.message, CodeOf(words), param_is_text ? words.param : "null",
                   both ? R"(,"error_code":)" + words.code : "", sequence);
}

// The event's name, which is in its data too.
std::string_view NameOf(const http::Frame& frame) {
  if (!frame.event.empty()) return frame.event;
  json::JsonCursor json(frame.data);
  if (!json.EnterObject()) return {};
  for (std::string_view key; json.NextMember(&key);) {
    const std::string_view raw = json.Skip();
    if (key == "type") return json::Unquoted(raw);
  }
  return {};
}

bool IsReadable(const http::Frame& frame) {
  return NameOf(frame) == "response.failed" || NameOf(frame) == "error";
}

constexpr ErrorShape kErrors = {
    .named_events = true,
    .error_ends_stream = true,
    .body = OpenAiErrorBody,
    .event = Event,
    .readable = IsOpenAiError,
    .of_worker = OpenAiErrorOfWorker,
    .readable_event = IsReadable,
    .event_of_worker = EventOfWorker,
};

}  // namespace

constinit const Dialect kResponses = {
    .name = "responses",
    .read_request = ReadRequest,
    .ignored = kNotRepeated,
    .bypass_reason = BypassReason,
    // ResponsesRequest.store is true there (entrypoints/openai/protocol.py), and no answer says so.
    .keeps_answers = engine::kSglang,
    .read_stream = ReadResponseEvents,
    .check_whole = CheckResponse,
    .errors = &kErrors,
    .keep_alive = kCommentFrame,
};

}  // namespace banto::api::openai
