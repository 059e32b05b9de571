// An API's request whose body does not tell its model for certain. Internal to identify.
#ifndef BANTO_PROXY_EXCHANGE_UNREAD_BODY_H_
#define BANTO_PROXY_EXCHANGE_UNREAD_BODY_H_

#include "proxy/exchange/identify.h"
#include "proxy/question/body_reading.h"

namespace banto {

// Passes the bytes on unchanged, if no model in them can change which worker gets them. The
// context's scan is of the body.
Identified IdentifyUnread(ThreadContext* context, BodyReading reading, Question* question);

}  // namespace banto

#endif  // BANTO_PROXY_EXCHANGE_UNREAD_BODY_H_
