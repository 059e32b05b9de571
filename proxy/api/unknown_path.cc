#include "proxy/api/unknown_path.h"

#include "proxy/api/native/operations.h"

namespace banto::api {
namespace {

// Whether `path` is `root` or lies under it.
bool IsUnder(std::string_view path, std::string_view root) {
  if (!path.starts_with(root)) return false;
  return path.size() == root.size() || path[root.size()] == '/';
}

bool Knows(std::string_view method, std::string_view path) {
  return FindOperation(method, path)->operation != Operation::kPlain;
}

}  // namespace

const Dialect& ErrorDialect(std::string_view path, const Dialect* clients) {
  const Dialect* rooted = nullptr;
  for (const Dialect* dialect : AllDialects()) {
    if (dialect->root.empty() || !IsUnder(path, dialect->root)) continue;
    if (rooted == nullptr || dialect->root.size() > rooted->root.size()) rooted = dialect;
  }
  if (rooted != nullptr)
    return clients != nullptr && IsUnder(clients->root, rooted->root) ? *clients : *rooted;
  // "/chat/completions", "/rerank": APIs without a prefix of their own.
  const OperationInfo* known = FindOperation("POST", path);
  // "/predict", "/": of Hugging Face's engines, and of many an app.
  if (known->inference && (known->engines & ~native::kHuggingFace) == 0)
    return *kPlainOperation.dialect;
  if (known->dialect->opaque) known = FindOperation("GET", path);
  return *(known->operation == Operation::kGreeting ? kPlainOperation : *known).dialect;
}

const Dialect& ErrorDialect(const http::RequestHead& head) {
  return ErrorDialect(head.path(), ClientsDialect([&head](std::string_view name) {
                        return head.Find(name).has_value();
                      }));
}

std::string_view KnownMethods(std::string_view path) {
  const bool post = Knows("POST", path);
  if (Knows("GET", path)) return post ? "GET, HEAD, POST" : "GET, HEAD";
  return post ? "POST" : "";
}

}  // namespace banto::api
