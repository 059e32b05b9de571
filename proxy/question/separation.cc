#include "proxy/question/separation.h"

#include "proxy/access/permission.h"
#include "proxy/base/ascii.h"
#include "proxy/http/field_names.h"

namespace banto {
namespace {

// X-Forwarded-* of an untrusted peer end here. If they were in the key, the peer could request an
// answer made for somebody named by a trusted one.
http::FieldSet LeftOut(const conf::Config& config, bool peer_trusted) {
  http::FieldSet fields;
  if (!peer_trusted) fields = http::kForwardedFields;
  if (config.cache.scope == conf::Scope::kShared) fields = fields | http::Credentials();
  return fields;
}

// In lower case, because names ignore case; with the value's size, because a value may contain
// anything.
void AppendLine(std::string_view name, std::string_view value, std::string* out) {
  for (const char c : name) out->push_back(base::ToLower(c));
  out->append(":").append(std::to_string(value.size())).append(":").append(value).append("\n");
}

}  // namespace

http::SeparationRule RuleForApi(const conf::Config& config, bool peer_trusted) {
  http::FieldSet harmless = http::HarmlessToApi() | LeftOut(config, peer_trusted);
  // An engine's answers to different pages differ only in CORS fields, which [cors] replaces.
  if (!config.cors.origins.empty()) harmless.Add(http::FieldName::kOrigin);
  return {harmless, config.cache.harmless_headers, true};
}

http::SeparationRule RuleForRoute(const conf::Config& config, bool peer_trusted) {
  http::FieldSet harmless = http::HarmlessToAll() | LeftOut(config, peer_trusted);
  // An app may depend on it for its own reasons, unless its operator says that it does not.
  if (!config.cors.origins.empty() && http::MatchesName("Origin", config.cache.harmless_headers))
    harmless.Add(http::FieldName::kOrigin);
  return {harmless, config.cache.harmless_headers, false};
}

std::string CallerText(const http::SeparatingFields& fields, const std::string_view* host) {
  constexpr size_t kUsualBytes = 256;  // a key and a version
  std::string text;
  text.reserve(kUsualBytes);
  if (host != nullptr) AppendLine("host", *host, &text);
  for (const http::FieldEntry* entry : fields.entries()) {
    const http::Field field = fields.FieldOf(*entry);
    AppendLine(field.name, field.value, &text);
  }
  return text;
}

std::string KeyText(const conf::Config& config, const conf::AccessKey* key) {
  std::string text;
  if (key == nullptr) return text;
  // No field's name begins like these.
  if (config.cache.scope == conf::Scope::kCredential) AppendLine("[keys].name", key->name, &text);
  AppendLine("[keys].permissions", access::PermissionsOf(*key), &text);
  return text;
}

}  // namespace banto
