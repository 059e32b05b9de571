#include "proxy/api/unknown_path.h"

namespace banto::api {
namespace {

constexpr Engines kHuggingFace =
    engine::kTgi | engine::kTeiEmbed | engine::kTeiRerank | engine::kTeiPredict;

// Whether `path` is `root` or lies under it.
bool IsUnder(std::string_view path, std::string_view root) {
  if (!path.starts_with(root)) return false;
  return path.size() == root.size() || path[root.size()] == '/';
}

bool Knows(std::string_view method, std::string_view path) {
  return FindOperation(method, path)->operation != Operation::kPlain;
}

}  // namespace

Family ErrorFamily(const http::RequestHead& head) {
  return ErrorFamily(head.path(), head.Find("anthropic-version").has_value());
}

Family ErrorFamily(std::string_view path, bool anthropic) {
  if (IsUnder(path, "/api")) return Family::kOllama;
  if (IsUnder(path, "/v1/messages")) return Family::kAnthropic;
  if (IsUnder(path, "/v1")) {
    return anthropic ? Family::kAnthropic : Family::kOpenAi;
  }
  // "/chat/completions", "/rerank": APIs without a prefix of their own.
  const OperationInfo* known = FindOperation("POST", path);
  // "/predict", "/": of Hugging Face's engines, and of many an app.
  if (known->inference && (known->engines & ~kHuggingFace) == 0) return Family::kPlain;
  if (known->family == Family::kPlain) known = FindOperation("GET", path);
  return known->operation == Operation::kRoot ? Family::kPlain : known->family;
}

std::string_view KnownMethods(std::string_view path) {
  const bool post = Knows("POST", path);
  if (Knows("GET", path)) return post ? "GET, HEAD, POST" : "GET, HEAD";
  return post ? "POST" : "";
}

}  // namespace banto::api
