// The recipient of what a Relay reads: its Fetch. Any of these calls may end the answer, or begin
// another one in its place.
#ifndef BANTO_PROXY_FETCH_RELAY_SINK_H_
#define BANTO_PROXY_FETCH_RELAY_SINK_H_

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "proxy/fetch/failure.h"
#include "proxy/http/event_stream.h"

namespace banto {

class RelaySink {
 public:
  // There is something to pass on: from now on no other worker is asked. False: nobody takes it.
  virtual bool OnRelayBegins() = 0;
  // The first frame with a token is here, to be passed on next.
  virtual void OnFirstToken() = 0;
  // Payload; the first call begins the answer. False: nobody takes more.
  virtual bool OnRelayData(std::span<const std::string_view> pieces) = 0;
  // The answer is complete; `last` is its end. `clean`: its transport ended properly.
  virtual void OnRelayWhole(std::span<const std::string_view> last, bool clean) = 0;
  // The API's error event, and its equivalent status.
  virtual void OnErrorEvent(const http::Frame& frame, int status) = 0;
  // An error answer, collected.
  virtual void OnErrorBody(std::string body) = 0;
  virtual void OnRelayBroken(FailureKind kind, std::string_view what) = 0;
  // Whether to read from the worker.
  virtual void SetWorkerReading(bool reading) = 0;
  // Microseconds since the answer was requested.
  virtual int64_t AnswerAgeUs() const = 0;

 protected:
  ~RelaySink() = default;
};

}  // namespace banto

#endif  // BANTO_PROXY_FETCH_RELAY_SINK_H_
