#include "proxy/api/keep_alive.h"

#include <algorithm>
#include <array>

#include "proxy/api/dialect.h"
#include "proxy/base/ascii.h"

namespace banto::api {
namespace {

// Clients that take a comment for an event without data and fail to parse that: openai-go
// (packages/ssestream, which ends an event at any blank line) and google-genai.
constexpr std::array<std::string_view, 2> kTripping = {"openai/go", "google-genai"};
// openai-go says its language even where an application has set its own User-Agent.
constexpr std::string_view kLanguageField = "X-Stainless-Lang";
constexpr std::string_view kTrippingLanguage = "go";

bool Contains(std::string_view text, std::string_view lower) {
  const auto same = [](char a, char b) { return base::ToLower(a) == b; };
  return std::search(text.begin(), text.end(), lower.begin(), lower.end(), same) != text.end();
}

bool TripsOverComments(const http::RequestHead& request) {
  const std::string_view agent = request.Find(http::FieldName::kUserAgent).value_or("");
  for (std::string_view name : kTripping) {
    if (Contains(agent, name)) return true;
  }
  return request.Find(kLanguageField) == kTrippingLanguage;
}

}  // namespace

std::string_view KeepAliveFrame(const OperationInfo& operation, const http::RequestHead& request) {
  if (operation.framing != http::StreamFraming::kSse) return {};
  const std::string_view frame = operation.dialect->keep_alive;
  return frame.starts_with(':') && TripsOverComments(request) ? std::string_view() : frame;
}

}  // namespace banto::api
