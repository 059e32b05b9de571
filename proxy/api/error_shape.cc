#include "proxy/api/error_shape.h"

#include "proxy/http/json_scan.h"

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
  http::AppendJsonString(text, out);
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
    http::AppendJsonString(error.code, &body);
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

std::string ErrorFrame(Family family, http::StreamFraming framing, const ApiError& error) {
  // Opaque bytes have no place for it: their stream is broken off instead.
  if (framing == http::StreamFraming::kNone) return {};
  const std::string object = OpenObject(family, error) + "}";
  if (framing == http::StreamFraming::kNdjson) return object + "\n";
  // Only Anthropic names its events; a name would hide the error from Dify (wire-compatibility.md
  // §2.2).
  return (family == Family::kAnthropic ? "event: error\ndata: " : "data: ") + object + "\n\n";
}

}  // namespace banto::api
