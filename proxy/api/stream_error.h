// What an error inside a 200 answer would have been as a status. Engines that accept first and
// refuse later (wire-compatibility.md §0 rule 2) say it in many shapes. Pure.
#ifndef BANTO_PROXY_API_STREAM_ERROR_H_
#define BANTO_PROXY_API_STREAM_ERROR_H_

#include <string_view>

namespace banto::api {

inline constexpr int kStatusUnknownError = 500;
inline constexpr int kStatusNotJson =
    502;  // not the API's language: the worker, not the request, is wrong

// `text`: the error event's data or line, or a whole body. 503 for an overload, whatever number it
// carries (TGI says 422); else its own number, else what its type means, else 500.
int ErrorStatus(std::string_view text);

}  // namespace banto::api

#endif  // BANTO_PROXY_API_STREAM_ERROR_H_
