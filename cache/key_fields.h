// What the members of a request mean to the cache (wire-compatibility.md §1.9). A member that is
// named nowhere here is part of the key: engines take fields that we do not know, and may answer
// differently for them. Pure; any thread.
#ifndef BANTO_CACHE_KEY_FIELDS_H_
#define BANTO_CACHE_KEY_FIELDS_H_

#include <span>
#include <string>

#include "cache/cache_key.h"
#include "proxy/api/operation.h"
#include "proxy/json/json_scan.h"

namespace banto::cache {

// Members that cannot change the answer, or only its packaging (which is in the key as
// KeyContext::packaging). Empty for families whose fields we do not know.
IgnoredFields IgnoredFieldsOf(api::Family family);

// Why an answer to this request must neither be kept nor taken from the cache, or nullptr when it
// may: it has an effect besides its answer, depends on something outside the request, or its body
// is not kOk. The reason is static, lower_case, fit for a log line and a metric's label.
// `more`: members that bypass unless they are off, whatever the API; "name*" is a prefix.
const char* BypassReasonOf(const json::JsonScan& scan, api::Family family,
                           std::span<const std::string> more = {});

}  // namespace banto::cache

#endif  // BANTO_CACHE_KEY_FIELDS_H_
