// Adapts the head for the reader to the answer that it will get. Pure.
#ifndef BANTO_PROXY_FETCH_TOLD_HEAD_H_
#define BANTO_PROXY_FETCH_TOLD_HEAD_H_

#include "proxy/fetch/answer_reading.h"
#include "proxy/fetch/fetch_reader.h"
#include "proxy/http/message.h"

namespace banto {

// The content coding is removed.
void FitDecoded(FetchHead* told);
// The answer has other bytes than the worker's: what described those is dropped.
void FitRewritten(http::FieldList* fields);
// The answer is written anew in the client's API, framed like this (kNone: one whole).
void FitTranslated(http::StreamFraming framing, FetchHead* told);
// The answer is read as `as`. (`head` is the worker's own.)
void FitReading(ReadAs as, const http::ResponseHead& head, FetchHead* told);

}  // namespace banto

#endif  // BANTO_PROXY_FETCH_TOLD_HEAD_H_
