// How a worker's answer is to be read, according to its head and, if that is inconclusive, its
// first bytes: servers omit the Content-Type of good streams, use another one, or answer without
// streaming when a stream was requested. Pure.
#ifndef BANTO_PROXY_FETCH_ANSWER_READING_H_
#define BANTO_PROXY_FETCH_ANSWER_READING_H_

#include <cstdint>
#include <string_view>

#include "proxy/api/operation.h"
#include "proxy/http/body_begin.h"
#include "proxy/http/event_stream.h"
#include "proxy/http/message.h"

namespace banto {

// What is known once the head is there.
struct AnswerFacts {
  const api::OperationInfo* operation;
  const http::RequestHead* request;
  const http::ResponseHead* head;
  bool stream_asked;        // the client requested a stream
  bool identity_asked;      // we asked the worker not to use content codings
  bool translated = false;  // the client gets it in other words
};

enum class ReadAs : uint8_t {
  kOpaque,      // bytes passed on unchanged
  kSse,         // events
  kNdjson,      // lines
  kFirstBytes,  // to be decided by the first bytes
  kObject,      // a complete JSON object although a stream was requested: an answer, or an error
  kWhole,       // a whole answer that is translated: collected
  kError,       // an error answer: collected, converted to the client's format, perhaps tried
                // elsewhere
  kPage,        // HTML in place of an API's answer: the page of a tunnel or portal
  kLabelled,    // a content coding is announced: the first bytes show whether it is there
  kCoded,       // one of these inside a content coding
};
// Complete frames of the dialect, each examined.
constexpr bool IsFramed(ReadAs as) { return as == ReadAs::kSse || as == ReadAs::kNdjson; }

struct Reading {
  ReadAs as = ReadAs::kOpaque;
  bool decode = false;  // remove its content coding
};
// `begin`: what is known about the announced coding.
Reading ChooseReading(const AnswerFacts& facts, http::BodyBegin begin);

enum class FirstBytes : uint8_t {
  kOpen,    // more bytes are needed
  kSse,     // a field or a comment of an event
  kObject,  // the beginning of a JSON object
  kPretty,  // ... that continues on the next line
  kMarkup,  // an element of a page
  kOther,
};
FirstBytes LookAtFirst(std::string_view bytes);

// What an answer is if ChooseReading() left it to the first bytes.
ReadAs ChooseByFirst(const AnswerFacts& facts, FirstBytes first);

// The Content-Type for an answer read as `as` and declared as `declared`: the declared one, unless
// that is missing or misleading. Static text or `declared`.
std::string_view RightType(ReadAs as, std::string_view declared);

}  // namespace banto

#endif  // BANTO_PROXY_FETCH_ANSWER_READING_H_
