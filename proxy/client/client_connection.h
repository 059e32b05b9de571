// One accepted socket speaking HTTP/1.1: reads requests (head, then the body, bounded and timed),
// runs one Exchange at a time in order, writes its answer, keeps the connection or closes it with
// care (lingering close, so that an answer is not lost to a reset). Owned by its ConnectionOwner;
// loop thread only. An idle connection holds no buffer.
#ifndef BANTO_PROXY_CLIENT_CLIENT_CONNECTION_H_
#define BANTO_PROXY_CLIENT_CLIENT_CONNECTION_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "proxy/client/answer_writer.h"
#include "proxy/client/client_address.h"
#include "proxy/client/connection_owner.h"
#include "proxy/client/request_queue.h"
#include "proxy/client/request_reader.h"
#include "proxy/client/unparsed_bytes.h"
#include "proxy/exchange/client_stream.h"
#include "proxy/fetch/thread_context.h"
#include "proxy/net/stream.h"
#include "proxy/net/timer.h"
#include "proxy/routing/target.h"

namespace banto {

class Exchange;

class alignas(64) ClientConnection final : public net::Deferred,
                                           public net::StreamHandler,
                                           public ClientStream,
                                           private RequestQueue::Waiter {
 public:
  ClientConnection(ConnectionOwner* owner, ThreadContext* context, int fd, Peer peer);
  ~ClientConnection() override;

  // Graceful stop: closes when idle, else after the answer in progress.
  void Drain();
  // The graceful stop ran out of time: what is being answered ends with an error.
  void CutShort();
  bool idle() const { return state_ == State::kIdle; }

  // ClientStream
  void Inform(int status, const http::FieldList& fields) override;
  void Start(const AnswerHead& head) override;
  void Write(std::span<const std::string_view> pieces, bool end) override;
  void Abort() override;
  bool writable() const override { return writer_.pending() < kHighWaterBytes; }
  bool drained() const override { return writer_.pending() == 0; }
  void Release() override;

  // net::StreamHandler
  void OnReadable() override;
  void OnWritable() override;
  void OnUnsent(std::string_view rest, int error) override;

 private:
  enum class State : uint8_t {
    kIdle,       // between requests: nothing of the next one has come
    kHeld,       // between requests: the next one waits for its turn (request_queue.h) or until the
                 // client has taken the end of the last answer
    kReading,    // a request's head or body is coming
    kExchange,   // a request is being answered
    kFlushing,   // the answer is complete, its last bytes wait for the socket
    kLingering,  // our side is closed; what the client still sends is read and dropped, for a while
    kClosed,     // waits to be destroyed
  };

  const conf::Config& config() const { return *context_->snapshot->config; }
  // Requests may come whose turn is later.
  bool ReadsAhead() const {
    return state_ == State::kHeld || state_ == State::kExchange || state_ == State::kFlushing;
  }
  void Consume(std::string_view bytes);
  bool Keep(std::string_view bytes);
  void NoteClientEnd();
  void OnEnd();
  int TakeTurn(int requests_max) override;  // RequestQueue::Waiter
  int ParseInput(int requests_max);
  void AwaitMore();
  size_t Parse(std::string_view in);
  void BeginExchange();
  // `bytes`: of a head that could not be parsed, or is not whole.
  void Refuse(Refusal refusal, std::string_view bytes = {});
  bool RefusesHead();
  void FinishAnswer();
  void AwaitRequest();
  void Linger();
  void Close();
  void OnTimeout();

  static constexpr size_t kHighWaterBytes = 64 * 1024;
  static constexpr int64_t kLingerMs = 2'000;

  // What each token touches comes first (attempt.h says why).
  ThreadContext* context_;
  State state_ = State::kIdle;
  bool keep_alive_ = true;     // the client's wish and ours
  bool client_ended_ = false;  // it sends no more (though not all of it may have been read)
  int minor_version_ = 1;      // of the request being answered
  std::unique_ptr<net::Stream> stream_;
  AnswerWriter writer_;
  ConnectionOwner* owner_;
  RequestReader reader_;
  UnparsedBytes input_;  // empty while idle
  Peer peer_;
  net::Timer timer_;
  std::unique_ptr<Exchange> exchange_;
};

}  // namespace banto

#endif  // BANTO_PROXY_CLIENT_CLIENT_CONNECTION_H_
