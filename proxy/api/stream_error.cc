#include "proxy/api/stream_error.h"

#include <algorithm>
#include <cstdint>

#include "proxy/base/ascii.h"
#include "proxy/json/json_cursor.h"

namespace banto::api {
namespace {

using json::JsonCursor;

struct Meaning {
  std::string_view words;  // in lower case
  int status;
};

// Of types, codes and messages. The first that is found counts.
constexpr Meaning kMeanings[] = {
    {"overloaded", 503},         // TGI, Anthropic, OpenAI's server_is_overloaded
    {"queue is full", 503},      // SGLang
    {"maximum pending", 503},    // Ollama
    {"unavailable", 503},        // llama.cpp
    {"loading model", 503},      // llama.cpp
    {"no slot available", 503},  // llama.cpp
    {"rate_limit", 429},        {"too many requests", 429},
};
constexpr Meaning kWeakMeanings[] = {
    {"not_found", 404},  {"notfound", 404},       {"not found", 404},      {"invalid_request", 400},
    {"badrequest", 400}, {"bad request", 400},    {"exceed_context", 400}, {"context_length", 400},
    {"validation", 422}, {"authentication", 401}, {"permission", 403},
};

struct Clues {
  int status = 0;  // a number it gives itself
  int strong = 0;  // an overload, by its words
  int weak = 0;    // by its type
};

bool Contains(std::string_view text, std::string_view words) {
  return std::search(text.begin(), text.end(), words.begin(), words.end(), base::IsCaseOf) !=
         text.end();
}

void Weigh(std::string_view text, Clues* clues) {
  for (const Meaning& meaning : kMeanings) {
    if (clues->strong == 0 && Contains(text, meaning.words)) clues->strong = meaning.status;
  }
  for (const Meaning& meaning : kWeakMeanings) {
    if (clues->weak == 0 && Contains(text, meaning.words)) clues->weak = meaning.status;
  }
}

// Collects from one object; returns its `error` member when that is an object too, else the
// `response` of Responses, which has one.
std::string_view Collect(std::string_view object, Clues* clues) {
  JsonCursor json(object);
  std::string_view key, inner;
  if (!json.EnterObject()) return {};
  while (json.NextMember(&key)) {
    const std::string_view value = json.Skip();
    if (value.empty()) break;
    const bool number = key == "code" || key == "status" || key == "status_code" ||
                        key == "http_status_code";  // the last is TGI's
    const int64_t status = number ? json::IntegerOr(value, 0) : 0;
    const bool holds = key == "error" || (key == "response" && inner.empty());
    if (status >= 400 && status <= 599) {
      clues->status = static_cast<int>(status);
    } else if (holds && value.front() == '{') {
      inner = value;
    } else if (key == "code" || key == "type" || key == "error_type" || key == "message" ||
               key == "error" || key == "detail") {
      Weigh(value, clues);
    }
  }
  return inner;
}

}  // namespace

int ErrorStatus(std::string_view text) {
  Clues clues;
  constexpr int kDeep = 3;
  for (int depth = 0; depth < kDeep && !text.empty(); ++depth) text = Collect(text, &clues);
  if (clues.status == 429 || clues.status == 503) return clues.status;
  if (clues.strong != 0) return clues.strong;
  if (clues.status != 0) return clues.status;
  return clues.weak != 0 ? clues.weak : kStatusUnknownError;
}

}  // namespace banto::api
