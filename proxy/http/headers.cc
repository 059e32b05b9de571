#include "proxy/http/headers.h"

#include "proxy/http/field_lines.h"
#include "proxy/http/field_names.h"
#include "proxy/http/list_reader.h"

namespace banto::http {
namespace {

// Fields of an answer that we write ourselves, or that would speak for us.
constexpr FieldSet kOurs = {
    FieldName::kAge,          FieldName::kCacheStatus, FieldName::kContentLength, FieldName::kVia,
    FieldName::kXBantoWorker, FieldName::kXCache,      FieldName::kXRequestId};

}  // namespace

bool IsHopByHop(const Head& head, std::string_view name) {
  return IsHopByHopName(name) || head.HasToken(FieldName::kConnection, name);
}

bool NominatesCriticalField(const Head& head) {
  if (!head.nominates_fields()) return false;
  for (const FieldEntry& entry : head.entries()) {
    if (entry.id != FieldName::kConnection) continue;
    ListReader options(head.FieldOf(entry).value);
    std::string_view option;
    while (options.Next(&option)) {
      if (IsCriticalName(option)) return true;
    }
  }
  return false;
}

void AppendEndToEndFields(const ResponseHead& head, std::string* out) {
  AppendFieldLines(head, kHopByHopFields | kOurs, out);
}

}  // namespace banto::http
