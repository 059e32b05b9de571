#include "proxy/api/not_here.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "proxy/base/ascii.h"
#include "proxy/http/message.h"
#include "proxy/json/json_cursor.h"

namespace banto::api {
namespace {

using Json = nlohmann::json;

constexpr int kStatusNotFound = 404, kStatusMethodNotAllowed = 405, kStatusNotImplemented = 501;
constexpr size_t kBodyBytesMax = 64 * 1024;  // no server says it at greater length

bool Skip(std::string_view prefix, std::string_view* text) {
  if (!text->starts_with(prefix)) return false;
  text->remove_prefix(prefix.size());
  return true;
}

std::string Text(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

struct Said {
  std::string message, type, code, param;
};

// {"error":{…}}, flat (SGLang), {"error":"…"} (Ollama, TGI), {"detail":"…"} (FastAPI).
Said Read(const Json& body) {
  if (!body.is_object()) return {};
  const auto error = body.find("error");
  if (error != body.end() && error->is_string()) return {error->get<std::string>(), {}, {}, {}};
  const Json& fields = error != body.end() && error->is_object() ? *error : body;
  Said said{Text(fields, "message"), Text(fields, "type"), Text(fields, "code"),
            Text(fields, "param")};
  if (said.message.empty()) said.message = Text(body, "detail");
  return said;
}

// Plain texts and pages: Go ("404 page not found"), aiohttp, Express, a proxy before the engine.
bool SpeaksOfRoute(std::string_view text) {
  constexpr std::array<std::string_view, 4> kTexts = {"404 page not found", "not found",
                                                      "404 not found", "404: not found"};
  return text.empty() || text.front() == '<' || text.starts_with("Cannot POST /") ||
         std::any_of(kTexts.begin(), kTexts.end(),
                     [&](auto known) { return http::EqualsNoCase(text, known); });
}

bool SpeaksOfRoute(const Said& said) {
  return http::EqualsNoCase(said.message, "not found") ||                               // Starlette
         (said.message == "File Not Found" && said.type == "not_found_error") ||        // llama.cpp
         said.code == "unknown_url" || said.message.starts_with("Invalid URL (POST ");  // OpenAI
}

// The `model` of "The model `x` does not exist." (vLLM, SGLang, OpenAI), "model 'x' not found"
// (Ollama, llama.cpp's router), "model: x" (Anthropic). Another name than the one that was asked
// for is somebody else's: an adapter, a draft model.
bool SpeaksOfModel(std::string_view message, std::string_view model) {
  if (model.empty()) return false;
  if (Skip("model: ", &message)) return message == model;
  Skip("The ", &message);
  if (!Skip("model ", &message) || message.empty()) return false;
  const char quote = message.front();
  if (quote != '`' && quote != '\'' && quote != '"') return false;
  message.remove_prefix(1);
  if (!Skip(model, &message)) return false;
  Skip(":latest", &message);
  if (message.empty() || message.front() != quote) return false;
  message.remove_prefix(1);
  // Another such quote, and the client's own name may have made the first: "m` does not exist".
  if (message.find(quote) != std::string_view::npos) return false;
  return message.starts_with(" does not exist") || message.starts_with(" not found") ||
         message.starts_with(" is not found");
}

// The next text in quotes; apostrophes within a word are none.
std::optional<std::string_view> NextQuoted(std::string_view* text) {
  for (size_t i = 0; i < text->size(); ++i) {
    const char quote = (*text)[i];
    if (quote != '`' && quote != '\'' && quote != '"') continue;
    if (i > 0 && base::IsLetter((*text)[i - 1])) continue;
    const size_t end = text->find(quote, i + 1);
    const std::string_view quoted = text->substr(i + 1, end == text->npos ? end : end - i - 1);
    text->remove_prefix(end == text->npos ? text->size() : end + 1);
    return quoted;
  }
  return std::nullopt;
}

// By the code alone no name is known: a tool, an adapter may be meant. Where the message names
// what is missing it must be the model and nothing besides.
NotHere ReadModelCode(std::string_view message, std::string_view model) {
  if (model.empty() || message.starts_with("model: ")) return NotHere::kNo;
  bool named = false;
  while (const auto quoted = NextQuoted(&message)) {
    std::string_view name = *quoted;
    if (!Skip(model, &name) || !(name.empty() || name == ":latest")) return NotHere::kNo;
    named = true;
  }
  return named ? NotHere::kModel : NotHere::kModelPerhaps;
}

NotHere ReadModel(const Said& said, std::string_view model) {
  if (!said.param.empty() && said.param != "model") return NotHere::kNo;
  if (SpeaksOfModel(said.message, model)) return NotHere::kModel;
  return said.code == "model_not_found" ? ReadModelCode(said.message, model) : NotHere::kNo;
}

NotHere ReadNotImplemented(std::string_view text, const Said& said, bool json) {
  // llama.cpp: "This server does not support embeddings. Start it with `--embeddings`".
  if (said.type == "not_supported_error") return NotHere::kTask;
  const bool bare = json ? http::EqualsNoCase(said.message, "not implemented") : text.empty();
  return bare ? NotHere::kRoute : NotHere::kNo;
}

}  // namespace

NotHere WhatIsNotHere(int status, std::string_view body, std::string_view model) {
  if (status == kStatusMethodNotAllowed) return NotHere::kRoute;
  if (status != kStatusNotFound && status != kStatusNotImplemented) return NotHere::kNo;
  if (body.size() > kBodyBytesMax) return NotHere::kNo;
  const std::string_view text = base::Trimmed(body);
  Said said;
  // nlohmann recurses: only what the cursor could follow is given to it.
  const bool json = json::IsJson(text);
  if (json) said = Read(Json::parse(text, nullptr, false));
  if (status == kStatusNotImplemented) return ReadNotImplemented(text, said, json);
  if (json ? SpeaksOfRoute(said) : SpeaksOfRoute(text)) return NotHere::kRoute;
  return ReadModel(said, model);
}

}  // namespace banto::api
