#include "proxy/api/anthropic/anthropic.h"

#include "proxy/api/anthropic/anthropic_listing.h"
#include "proxy/api/anthropic/message_check.h"
#include "proxy/api/request_values.h"
#include "proxy/api/worker_words.h"

namespace banto::api::anthropic {
namespace {

using json::JsonField;

std::unique_ptr<StreamReader> ReadStream(const RequestExpectations& expectations) {
  return ReadPassing(expectations, true);
}

void ReadRequest(const OperationInfo& info, const json::JsonScan& scan, RequestFacts* facts) {
  facts->sampled =
      info.operation == Operation::kChat && IsSampled(ValueOf(scan, JsonField::kTemperature), {});
  facts->expectations.limit_set = IsPositive(ValueOf(scan, JsonField::kMaxTokens));
}

// docs.claude.com, "Errors" (wire-compatibility.md §3).
constexpr StatusType kTypes[] = {
    {401, "authentication_error"}, {403, "permission_error"}, {404, "not_found_error"},
    {413, "request_too_large"},    {429, "rate_limit_error"}, {503, "overloaded_error"},
    {504, "timeout_error"},        {529, "overloaded_error"},
};

// Its last brace is still open.
std::string Object(int status, std::string_view message) {
  std::string body;
  AppendText(R"({"type":"error","error":{"type":)", TypeOfStatus(kTypes, status, "api_error"),
             &body);
  AppendText(R"(,"message":)", message, &body);
  return body.append("}");
}

std::string Body(const ApiError& error) {
  std::string body = Object(error.status, error.message);
  if (error.code == kThreadUnsupported) {
    body.pop_back();
    AppendText(R"(,"details":{"error_code":)", error.code, &body);
    body.append("}}");
  }
  return WithRequestId(std::move(body), error);
}

std::string Event(const ApiError& error, int64_t) {
  return Object(error.status, error.message).append("}");
}

std::string OfWorker(int status, const WorkerWords& words) {
  return Object(status, words.message).append("}");
}

bool IsReadable(std::string_view body) {
  const ErrorForm form = ReadErrorForm(body);
  return form.whole && form.type == "error" && !form.words.message.empty() &&
         !form.words.type.empty();
}

constexpr ErrorShape kErrors = {
    .named_events = true,
    .body = Body,
    .event = Event,
    .readable = IsReadable,
    .of_worker = OfWorker,
    .readable_event =
        [](const http::Frame& frame) { return frame.event == "error" && IsReadable(frame.data); },
};

}  // namespace

constinit const Dialect kDialect = {
    .name = "anthropic",
    .root = "/v1/messages",
    .client_field = "anthropic-version",
    .id_field = http::FixedName("request-id"),
    .read_request = ReadRequest,
    // What tells an engine how to work, not what to answer.
    .ignored = {JsonField::kCachePrompt, JsonField::kIdSlot, JsonField::kMetadata,
                JsonField::kPriority, JsonField::kRequestId, JsonField::kRid,
                JsonField::kServiceTier, JsonField::kStream},
    .read_stream = ReadStream,
    .check_whole = CheckMessage,
    .errors = &kErrors,
    .keep_alive = "event: ping\ndata: {\"type\": \"ping\"}\n\n",
    .list = List,
};

}  // namespace banto::api::anthropic
