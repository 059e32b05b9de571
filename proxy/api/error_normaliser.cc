// NormaliseError of error_shape.h: what the engines say (wire-compatibility.md §1.5) in the
// client's own shape.
#include <nlohmann/json.hpp>

#include "proxy/api/error_shape.h"
#include "proxy/http/json_cursor.h"
#include "proxy/http/json_scan.h"

namespace banto::api {
namespace {

using Json = nlohmann::json;

constexpr size_t kBodyBytesMax = 1U << 20;  // no engine explains itself at greater length
constexpr size_t kTextBytesMax = 500;       // of a plain text taken over as a message

// What an error says, whatever its shape.
struct Said {
  std::string message;
  std::string type;   // empty: it follows from the status
  std::string param;  // raw JSON
  std::string code;   // raw JSON
};

std::string Text(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

// A member as JSON text, "null" when it is absent.
std::string Raw(const Json& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end()) return "null";
  return found->dump(-1, ' ', false, Json::error_handler_t::replace);
}

// FastAPI: a text, or a list of {"loc": ["body", "n"], "msg": …}.
std::string DetailText(const Json& detail) {
  if (detail.is_string()) return detail.get<std::string>();
  if (detail.is_object()) return Text(detail, "message");
  std::string message;
  if (!detail.is_array()) return message;
  for (const Json& one : detail) {
    if (!one.is_object()) continue;
    if (!message.empty()) message += "; ";
    const auto place = one.find("loc");
    if (place != one.end() && place->is_array()) {
      std::string dotted;
      for (const Json& step : *place) {
        if (!dotted.empty()) dotted += '.';
        dotted += step.is_string() ? step.get<std::string>() : step.dump();
      }
      message += dotted + ": ";
    }
    message += Text(one, "msg");
  }
  return message;
}

// {"message", "type", "param", "code"}: inside `error`, or flat (SGLang, TEI).
Said ReadFields(const Json& fields) {
  return {Text(fields, "message"), Text(fields, "type"), Raw(fields, "param"), Raw(fields, "code")};
}

Said ReadJson(const Json& body) {
  if (!body.is_object()) return {};
  const auto error = body.find("error");
  if (error != body.end() && error->is_object()) return ReadFields(*error);
  if (error != body.end() && error->is_string()) {  // Ollama, TGI, TEI
    return {error->get<std::string>(), {}, "null", Raw(body, "error_type")};
  }
  if (body.contains("message")) return ReadFields(body);
  const auto detail = body.find("detail");
  if (detail != body.end()) return {DetailText(*detail), {}, "null", "null"};
  return {};
}

// What is said by an answer that is not JSON: a short plain text, never a page of HTML.
Said ReadText(int status, std::string_view content_type, std::string_view body) {
  Said said;
  said.param = said.code = "null";
  const size_t start = body.find_first_not_of(" \t\r\n");
  const bool plain = content_type.empty() || content_type.substr(0, 10) == "text/plain";
  if (plain && start != std::string_view::npos && body[start] != '<') {
    const size_t size = body.find_last_not_of(" \t\r\n") + 1 - start;
    said.message = body.substr(start, std::min(size, kTextBytesMax));
  }
  if (said.message.empty()) {
    said.message = "the worker answered " + std::to_string(status) + " without an explanation";
  }
  return said;
}

bool HasText(const Json& object, const char* key) { return !Text(object, key).empty(); }

// Whether the body is already what clients of this family parse.
bool InShape(Family family, const Json& body) {
  if (!body.is_object()) return false;
  const auto error = body.find("error");
  if (error == body.end()) return false;
  switch (family) {
    case Family::kOpenAi:
      return error->is_object() && HasText(*error, "message");
    case Family::kAnthropic:
      return error->is_object() && HasText(*error, "message") && HasText(*error, "type") &&
             Text(body, "type") == "error";
    case Family::kOllama:
      return error->is_string();
    case Family::kPlain:
      break;
  }
  return true;
}

// The OpenAI form with the worker's own type, param and code, where it named them.
std::string Nested(int status, const Said& said) {
  if (said.type.empty() && said.code == "null") {
    return ErrorBody(Family::kOpenAi, {status, {}, said.message, {}});
  }
  std::string body = R"({"error":{"message":)";
  http::AppendJsonString(said.message, &body);
  body += R"(,"type":)";
  http::AppendJsonString(said.type.empty() ? OpenAiErrorType(status) : said.type, &body);
  body += R"(,"param":)" + said.param + R"(,"code":)" + said.code + "}}";
  return body;
}

}  // namespace

std::optional<std::string> NormaliseError(Family family, int status, std::string_view content_type,
                                          std::string_view body) {
  if (family == Family::kPlain || body.size() > kBodyBytesMax) return std::nullopt;
  Said said;
  // nlohmann recurses: only what the cursor could follow is given to it.
  if (http::IsJson(body)) {
    const Json parsed = Json::parse(body, nullptr, false);
    if (!parsed.is_discarded()) {
      if (InShape(family, parsed)) return std::nullopt;
      said = ReadJson(parsed);
    }
  }
  if (said.message.empty()) said = ReadText(status, content_type, body);
  if (family == Family::kOpenAi) return Nested(status, said);
  return ErrorBody(family, {status, {}, said.message, {}});
}

}  // namespace banto::api
