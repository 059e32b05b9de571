#include "proxy/question/route_key.h"

#include "proxy/http/headers.h"
#include "proxy/http/query_argument.h"

namespace banto {
namespace {

using cache::CacheKeyBuilder;
using cache::KeyTag;

void AddArgument(std::string_view query, std::string_view name, CacheKeyBuilder* key) {
  http::ForEachArgument(query, name,
                        [key](std::string_view spelt, std::string_view value, bool has_value) {
                          if (has_value) return key->AddPair(KeyTag::kQueryArg, spelt, value);
                          key->AddPart(KeyTag::kQueryArg, spelt);
                        });
  // If servers split the query differently, some see other arguments than we do.
  if (!http::IsCutAlike(query)) key->AddPart(KeyTag::kQueryArg, query);
}

// A line that Connection nominates ends here: the app answers as if it were absent.
void AddHeader(const http::RequestHead& head, std::string_view name, CacheKeyBuilder* key) {
  for (const http::FieldEntry& entry : head.entries()) {
    const http::Field field = head.FieldOf(entry);
    if (!http::EqualsNoCase(field.name, name) || http::IsNominated(head, name)) continue;
    key->AddPair(KeyTag::kHeader, name, field.value);
  }
}

}  // namespace

std::optional<cache::CacheKey> KeyOfRoute(const Request& request,
                                          const std::vector<std::string>& parts,
                                          std::string_view caller, uint64_t path_epoch) {
  const http::RequestHead& head = request.head;
  CacheKeyBuilder key;
  key.AddPart(KeyTag::kDialect, "plain");
  key.AddPart(KeyTag::kMethod, head.method());
  key.AddPart(KeyTag::kPath, head.path());
  if (path_epoch != 0) {
    key.AddPart(KeyTag::kPathEpoch,
                {reinterpret_cast<const char*>(&path_epoch), sizeof path_epoch});
  }
  key.AddPart(KeyTag::kTenant, caller);
  // Nobody expects the body of a GET to distinguish requests, yet some apps read it like a form.
  bool body = parts.empty() || (head.method() == "GET" && !request.body.empty());
  if (parts.empty()) key.AddPart(KeyTag::kQueryArg, head.query());
  for (const std::string_view part : parts) {
    if (part == "body") body = true;
    if (part.starts_with("query.")) AddArgument(head.query(), part.substr(6), &key);
    if (part.starts_with("header.")) AddHeader(head, part.substr(7), &key);
  }
  if (body) key.AddPart(KeyTag::kBody, request.body);
  return key.Finish();
}

}  // namespace banto
