// How an answer of a worker is to be read, by its head and, where that leaves it open, by its first
// bytes: servers leave Content-Type out of good streams, write another one, or answer whole when a
// stream was asked for. Pure.
#ifndef BANTO_PROXY_FETCH_ANSWER_READING_H_
#define BANTO_PROXY_FETCH_ANSWER_READING_H_

#include <cstdint>
#include <string_view>

#include "proxy/api/operation.h"
#include "proxy/http/body_begin.h"
#include "proxy/http/event_stream.h"
#include "proxy/http/message.h"

namespace banto {

// What is known when the head is there.
struct AnswerFacts {
  const api::OperationInfo* operation;
  const http::RequestHead* request;
  const http::ResponseHead* head;
  bool stream_asked;    // the client asked for a stream
  bool identity_asked;  // we told the worker to leave its content codings off
};

enum class ReadAs : uint8_t {
  kOpaque,      // bytes as they come
  kSse,         // events
  kNdjson,      // lines
  kFirstBytes,  // what it is, its first bytes tell
  kObject,      // a whole JSON object where a stream was asked for: an answer, or an error
  kError,       // an error answer: collected, told in the client's shape, perhaps tried elsewhere
  kPage,        // HTML in the place of an API's answer: a tunnel's or portal's page
  kLabelled,    // a content coding is named: the first bytes tell whether it is there
  kCoded,       // one of these below a content coding
};
// Whole frames of the dialect, each looked at.
constexpr bool IsFramed(ReadAs as) { return as == ReadAs::kSse || as == ReadAs::kNdjson; }

struct Reading {
  ReadAs as = ReadAs::kOpaque;
  bool decode = false;  // its content coding is taken off on the way
};
// `begin`: what is known of the coding that the head names.
Reading ChooseReading(const AnswerFacts& facts, http::BodyBegin begin);

enum class FirstBytes : uint8_t {
  kOpen,    // more of them are needed
  kSse,     // a field or a comment of an event
  kObject,  // a JSON object begins
  kPretty,  // and goes on in the next line
  kMarkup,  // an element of a page
  kOther,
};
FirstBytes LookAtFirst(std::string_view bytes);

// What an answer with this head is that ChooseReading() left to its first bytes.
ReadAs ChooseByFirst(const AnswerFacts& facts, FirstBytes first);

// The Content-Type for an answer that is read so and declared `declared`: its own, unless that is
// missing or would mislead. Static text or `declared`.
std::string_view RightType(ReadAs as, std::string_view declared);

}  // namespace banto

#endif  // BANTO_PROXY_FETCH_ANSWER_READING_H_
