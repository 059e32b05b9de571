#include "proxy/http/headers.h"

#include "proxy/http/field_lines.h"
#include "proxy/http/field_names.h"

namespace banto::http {
namespace {

// Fields of an answer that we write ourselves, or that would speak for us.
constexpr FieldSet kOurs = {FieldName::kCacheStatus, FieldName::kContentLength,
                            FieldName::kVia,         FieldName::kXBantoWorker,
                            FieldName::kXCache,      FieldName::kXRequestId};

}  // namespace

void AppendEndToEndFields(const ResponseHead& head, std::string* out) {
  AppendFieldLines(head, kHopByHopFields | kOurs, out);
}

}  // namespace banto::http
