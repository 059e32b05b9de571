// What the members of a request mean to the cache (wire-compatibility.md §1.9). Any member not
// named here is part of the key: engines accept members that we do not know, and may answer
// differently because of them. Pure; any thread.
#ifndef BANTO_CACHE_KEY_FIELDS_H_
#define BANTO_CACHE_KEY_FIELDS_H_

#include <span>
#include <string>

#include "cache/cache_key.h"
#include "proxy/api/dialect.h"
#include "proxy/json/json_scan.h"

namespace banto::cache {

// Why an answer to this request must be neither stored nor taken from the cache, or nullptr if it
// may be: the request has an effect besides its answer, depends on something outside itself, or its
// body is not kOk. The reason is static, lower_case, and fit for log lines and metric labels.
// `more`: further members that bypass unless they are off, for any API; "name*" is a prefix.
const char* BypassReasonOf(const json::JsonScan& scan, const api::Dialect& dialect,
                           std::span<const std::string> more = {});

}  // namespace banto::cache

#endif  // BANTO_CACHE_KEY_FIELDS_H_
