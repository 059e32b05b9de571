// The Retry-After of a worker's answer (RFC 9110 §10.2.3): seconds, or a date. Pure.
#ifndef BANTO_PROXY_FETCH_RETRY_AFTER_H_
#define BANTO_PROXY_FETCH_RETRY_AFTER_H_

#include <cstdint>
#include <string_view>

#include "proxy/http/field_list.h"

namespace banto {

// At most a day; -1, meaning the default wait, for a past date or an invalid value.
int64_t RetryAfterMs(std::string_view text, int64_t now_s);

// The wait that an answer names: in Retry-After-Ms, which SDKs read first, else in Retry-After.
int64_t NamedWaitMs(const http::FieldList& fields, int64_t now_s);

// The same for a client in milliseconds: what the worker said exactly, up to 60 s.
int64_t WaitForClientMs(int64_t retry_after_ms, int otherwise_s);

// In seconds, from 1 to 60, the most that SDKs honour (beyond it they do not retry at all);
// `otherwise_s` if the worker gave no time.
int RetryAfterForClient(int64_t retry_after_ms, int otherwise_s);

}  // namespace banto

#endif  // BANTO_PROXY_FETCH_RETRY_AFTER_H_
