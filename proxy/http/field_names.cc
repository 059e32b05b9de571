#include "proxy/http/field_names.h"

#include <algorithm>
#include <string>

#include "proxy/http/message.h"

namespace banto::http {
namespace {

constexpr FieldSet kTwins =
    kForwardedFields | FieldSet{FieldName::kContentEncoding, FieldName::kContentLength,
                                FieldName::kTransferEncoding, FieldName::kXRealIp,
                                FieldName::kXRequestId};

}  // namespace

bool IsUnderscoreTwin(std::string_view name) {
  std::string dashed(name);
  for (char& c : dashed) c = c == '_' ? '-' : c;
  return kTwins.Has(ClassifyFieldName(dashed));
}

bool StartsWithNoCase(std::string_view name, std::string_view prefix) {
  return name.size() >= prefix.size() &&
         EqualBytesNoCase(name.data(), prefix.data(), prefix.size());
}

bool MatchesName(std::string_view name, std::span<const std::string> names) {
  return std::any_of(names.begin(), names.end(), [name](std::string_view known) {
    if (!known.ends_with('*')) return EqualsNoCase(name, known);
    return StartsWithNoCase(name, known.substr(0, known.size() - 1));
  });
}

}  // namespace banto::http
