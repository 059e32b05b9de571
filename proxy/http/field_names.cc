#include "proxy/http/field_names.h"

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

}  // namespace banto::http
