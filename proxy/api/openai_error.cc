#include "proxy/api/openai_error.h"

#include "proxy/api/worker_words.h"
#include "proxy/json/json_scan.h"

namespace banto::api {
namespace {

// developers.openai.com's types, and what the SDKs make of the status (wire-compatibility.md §3).
constexpr StatusType kTypes[] = {
    {403, "permission_error"},
    {429, "rate_limit_error"},
    {503, "service_unavailable_error"},
};

std::string_view TypeOf(int status) { return TypeOfStatus(kTypes, status, "server_error"); }

// Its last brace is still open.
std::string Object(const ApiError& error) {
  std::string body;
  AppendText(R"({"error":{"message":)", error.message, &body);
  AppendText(R"(,"type":)", TypeOf(error.status), &body);
  body.append(R"(,"param":null,"code":)");
  if (error.code.empty()) {
    body.append("null");
  } else {
    json::AppendJsonString(error.code, &body);
  }
  body.push_back('}');
  return body;
}

}  // namespace

std::string OpenAiErrorBody(const ApiError& error) { return WithRequestId(Object(error), error); }

std::string OpenAiErrorEvent(const ApiError& error, int64_t) { return Object(error).append("}"); }

bool IsOpenAiError(std::string_view body) {
  const ErrorForm form = ReadErrorForm(body);
  return form.whole && form.nested && !form.words.message.empty();
}

std::string OpenAiErrorOfWorker(int status, const WorkerWords& words) {
  std::string body;
  AppendText(R"({"error":{"message":)", words.message, &body);
  AppendText(R"(,"type":)", words.type.empty() ? TypeOf(status) : words.type, &body);
  return body + R"(,"param":)" + words.param + R"(,"code":)" + words.code + "}}";
}

}  // namespace banto::api
