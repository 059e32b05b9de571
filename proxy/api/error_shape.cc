#include "proxy/api/error_shape.h"

#include "proxy/json/json_scan.h"

namespace banto::api {
namespace {

struct StatusType {
  int status;
  std::string_view type;
};

// developers.openai.com's types, and what the SDKs make of the status (wire-compatibility.md §3).
constexpr StatusType kOpenAiTypes[] = {
    {401, "authentication_error"},
    {403, "permission_error"},
    {429, "rate_limit_error"},
    {503, "service_unavailable_error"},
};
constexpr StatusType kAnthropicTypes[] = {
    {401, "authentication_error"}, {403, "permission_error"}, {404, "not_found_error"},
    {413, "request_too_large"},    {429, "rate_limit_error"}, {503, "overloaded_error"},
    {504, "timeout_error"},        {529, "overloaded_error"},
};

template <size_t kSize>
std::string_view TypeOf(const StatusType (&types)[kSize], int status, std::string_view server) {
  for (const StatusType& row : types) {
    if (row.status == status) return row.type;
  }
  return status < 500 ? "invalid_request_error" : server;
}

void AppendField(std::string_view prefix, std::string_view text, std::string* out) {
  out->append(prefix);
  json::AppendJsonString(text, out);
}

// {"error":{…}} without its last brace, so that the caller may add to it.
std::string OpenAiError(const ApiError& error) {
  std::string body;
  AppendField(R"({"error":{"message":)", error.message, &body);
  AppendField(R"(,"type":)", OpenAiErrorType(error.status), &body);
  body.append(R"(,"param":null,"code":)");
  if (error.code.empty()) {
    body.append("null");
  } else {
    json::AppendJsonString(error.code, &body);
  }
  body.push_back('}');
  return body;
}

std::string AnthropicError(const ApiError& error) {
  std::string body;
  AppendField(R"({"type":"error","error":{"type":)",
              TypeOf(kAnthropicTypes, error.status, "api_error"), &body);
  AppendField(R"(,"message":)", error.message, &body);
  body.push_back('}');
  return body;
}

std::string OllamaError(const ApiError& error) {
  std::string body;
  AppendField(R"({"error":)", error.message, &body);
  return body;
}

// The API's error object, its last brace still open.
std::string OpenObject(Family family, const ApiError& error) {
  switch (family) {
    case Family::kOllama:
      return OllamaError(error);
    case Family::kAnthropic:
      return AnthropicError(error);
    case Family::kOpenAi:
    case Family::kPlain:
      break;
  }
  return OpenAiError(error);
}

}  // namespace

std::string_view OpenAiErrorType(int status) {
  return TypeOf(kOpenAiTypes, status, "server_error");
}

std::string ErrorBody(Family family, const ApiError& error) {
  if (family == Family::kPlain) {
    std::string text(error.message);
    if (!error.request_id.empty()) text.append("\nrequest id: ").append(error.request_id);
    return text.append("\n");
  }
  std::string body = OpenObject(family, error);
  // Beside the error, where Anthropic has it; SDKs of the others do not look there.
  if (!error.request_id.empty()) AppendField(R"(,"request_id":)", error.request_id, &body);
  return body.append("}");
}

std::string_view ErrorContentType(Family family) {
  return family == Family::kPlain ? "text/plain; charset=utf-8" : "application/json";
}

std::string FrameError(const OperationInfo& operation, std::string_view json) {
  // Opaque bytes have no place for it: their stream is broken off instead.
  if (operation.framing == http::StreamFraming::kNone) return {};
  std::string frame;
  if (operation.framing == http::StreamFraming::kNdjson) return frame.append(json).append("\n");
  // Those whose events have names name this one too; to the others a name would hide the error from
  // Dify (wire-compatibility.md §2.2).
  const bool named =
      operation.family == Family::kAnthropic || operation.operation == Operation::kResponses;
  return frame.append(named ? "event: error\ndata: " : "data: ").append(json).append("\n\n");
}

std::string ResponsesErrorEvent(std::string_view message, std::string_view code,
                                std::string_view param, int64_t sequence, std::string_view more) {
  std::string event = R"(event: error
data: {"type":"error","code":)";
  event.append(code);
  AppendField(R"(,"message":)", message, &event);
  event.append(R"(,"param":)").append(param).append(more);
  return event.append(R"(,"sequence_number":)").append(std::to_string(sequence)).append("}\n\n");
}

std::string ErrorFrame(const OperationInfo& operation, const ApiError& error, int64_t sequence) {
  if (operation.operation == Operation::kResponses) {
    std::string code = "null";
    if (!error.code.empty()) {
      code.clear();
      json::AppendJsonString(error.code, &code);
    }
    return ResponsesErrorEvent(error.message, code, "null", sequence);
  }
  return FrameError(operation, OpenObject(operation.family, error) + "}");
}

}  // namespace banto::api
