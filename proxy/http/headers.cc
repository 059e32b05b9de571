#include "proxy/http/headers.h"

namespace banto::http {
namespace {

// Fields of an answer that we write ourselves, or that would speak for us.
constexpr FieldSet kOurs = {FieldName::kCacheStatus,  FieldName::kVia,    FieldName::kXBantoModel,
                            FieldName::kXBantoWorker, FieldName::kXCache, FieldName::kXRequestId};

}  // namespace

void AppendEndToEndFields(const ResponseHead& head, FieldList* out) { out->AddFrom(head, kOurs); }

}  // namespace banto::http
