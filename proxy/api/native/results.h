// Whole answers that are lists of results: whether each is there and is what its operation promises
// (wire-compatibility.md §4.6). Each is a Dialect's check_whole.
#ifndef BANTO_PROXY_API_NATIVE_RESULTS_H_
#define BANTO_PROXY_API_NATIVE_RESULTS_H_

#include <string_view>

#include "proxy/api/answer_reader.h"

namespace banto::api::native {

Completeness CheckRanking(const RequestExpectations& expectations, std::string_view body,
                          FrameVerdict* spans, Usage* usage);
Completeness CheckScores(const RequestExpectations& expectations, std::string_view body,
                         FrameVerdict* spans, Usage* usage);
Completeness CheckClasses(const RequestExpectations& expectations, std::string_view body,
                          FrameVerdict* spans, Usage* usage);
Completeness CheckVectors(const RequestExpectations& expectations, std::string_view body,
                          FrameVerdict* spans, Usage* usage);
Completeness CheckModerations(const RequestExpectations& expectations, std::string_view body,
                              FrameVerdict* spans, Usage* usage);

}  // namespace banto::api::native

#endif  // BANTO_PROXY_API_NATIVE_RESULTS_H_
