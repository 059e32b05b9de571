#include "proxy/access/presented_secret.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "proxy/base/percent.h"
#include "proxy/http/list_reader.h"
#include "proxy/http/query_argument.h"

namespace banto::access {
namespace {

constexpr std::string_view kArgument = "key";  // Gemini's

// The credentials of "Bearer …" (RFC 6750 §2.1); the whole where there is no scheme, which is how
// some clients are configured. Empty for other schemes.
std::string_view SecretOf(std::string_view authorization) {
  const size_t blank = authorization.find_first_of(" \t");
  if (http::EqualsNoCase(authorization.substr(0, blank), "Bearer"))
    return http::TrimSpace(authorization.substr(std::string_view("Bearer").size()));
  return blank == authorization.npos ? authorization : std::string_view();
}

class Collector {
 public:
  void Add(std::string_view secret) {
    if (secret.empty() || secrets_.size() > kSecretsMax) return;
    if (std::find(secrets_.begin(), secrets_.end(), secret) == secrets_.end())
      secrets_.emplace_back(secret);
  }
  std::vector<std::string> Take() { return std::move(secrets_); }

 private:
  std::vector<std::string> secrets_;
};

}  // namespace

std::vector<std::string> PresentedSecrets(const http::RequestHead& head) {
  Collector collector;
  for (const http::FieldEntry& entry : head.entries()) {
    if (entry.id == http::FieldName::kAuthorization)
      collector.Add(SecretOf(head.FieldOf(entry).value));
  }
  for (const http::FieldName name : {http::FieldName::kXApiKey, http::FieldName::kApiKey}) {
    for (const http::FieldEntry& entry : head.entries())
      if (entry.id == name) collector.Add(head.FieldOf(entry).value);
  }
  for (const http::FieldEntry& entry : head.entries()) {
    if (entry.id != http::FieldName::kCredential) continue;
    const http::Field field = head.FieldOf(entry);
    if (http::EqualsNoCase(field.name, "X-Goog-Api-Key")) collector.Add(field.value);
  }
  http::ForEachArgument(head.query(), kArgument,
                        [&](std::string_view name, std::string_view value, bool) {
                          if (name != kArgument) return;
                          collector.Add(base::DecodeQueryText(value));
                          // Base64 has a '+', which many do not escape.
                          collector.Add(base::PercentDecode(value));
                        });
  return collector.Take();
}

}  // namespace banto::access
