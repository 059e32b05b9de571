// Answers that are passed through and never kept: they are read only to know whether they are an
// error in disguise, and how many tokens they took. Pure.
#ifndef BANTO_PROXY_API_PASSED_ANSWER_H_
#define BANTO_PROXY_API_PASSED_ANSWER_H_

#include <memory>
#include <string_view>

#include "proxy/api/answer_reader.h"
#include "proxy/api/stream_reader.h"

namespace banto::api {

// A Dialect's check_whole.
Completeness CheckPassed(const RequestExpectations& expectations, std::string_view body,
                         FrameVerdict* spans, Usage* usage);

// What the events of an API are, by the type that they name.
struct EventTypes {
  // nullptr: the API names none; whatever is no error is a token.
  FrameKind (*kind_of)(std::string_view type) = nullptr;
  bool names_its_end = false;  // a stream without that event is cut short
};
std::unique_ptr<StreamReader> ReadPassedEvents(const EventTypes& types);

}  // namespace banto::api

#endif  // BANTO_PROXY_API_PASSED_ANSWER_H_
