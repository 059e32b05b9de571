#include "proxy/http/headers.h"

namespace banto::http {
namespace {

// Fields of an answer that we write ourselves, or that would speak for us.
constexpr FieldSet kOurs = {
    FieldName::kCacheStatus,  FieldName::kVia,    FieldName::kXBantoModel, FieldName::kXBantoOther,
    FieldName::kXBantoWorker, FieldName::kXCache, FieldName::kXRequestId};

// A banto behind us has left out of the client's question what it names, and counted as it says:
// that stays true of the answer. (Only a banto names its worker.)
void AppendOfABanto(const ResponseHead& head, FieldList* out) {
  for (const FieldEntry& entry : head.entries()) {
    if (entry.id != FieldName::kXBantoOther) continue;
    const Field field = head.FieldOf(entry);
    if (EqualsNoCase(field.name, "X-Banto-Dropped")) out->Add("X-Banto-Dropped", field.value);
    if (EqualsNoCase(field.name, "X-Banto-Estimated")) out->Add("X-Banto-Estimated", field.value);
  }
}

}  // namespace

void AppendEndToEndFields(const ResponseHead& head, FieldList* out) {
  out->AddFrom(head, kOurs);
  if (head.Has(FieldName::kXBantoWorker)) [[unlikely]]
    AppendOfABanto(head, out);
}

}  // namespace banto::http
