// Times as logs write them. Pure.
#ifndef BANTO_PERF_TRACE_UTC_TIME_H_
#define BANTO_PERF_TRACE_UTC_TIME_H_

#include <string_view>

namespace banto::perf {

// "2026-11-29T14:57:42.123Z" or "2023-11-16 18:15:46.6805900" in UTC, as milliseconds since 1970.
bool ParseUtc(std::string_view text, double* ms);

}  // namespace banto::perf

#endif  // BANTO_PERF_TRACE_UTC_TIME_H_
