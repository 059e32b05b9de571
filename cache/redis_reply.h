// Redis replies (RESP2) as data. hiredis splits the bytes; its objects are replaced by a single
// slot, so that no reply allocates a tree and no array is ever built: our commands are answered by
// a status, an error, an integer, a string or nil, and anything else breaks the connection.
#ifndef BANTO_CACHE_REDIS_REPLY_H_
#define BANTO_CACHE_REDIS_REPLY_H_

#include <hiredis/hiredis.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace banto::cache {

struct RedisReply {
  enum class Kind : uint8_t {
    kStatus,   // +OK
    kError,    // -LOADING …; text begins with the code
    kInteger,  // :1
    kString,   // a value
    kNil,      // a missing value
    kTooLong,  // a value larger than reply_bytes_max: its bytes were dropped on arrival
  };
  Kind kind = Kind::kNil;
  std::string_view text;  // kStatus, kError, kString: valid until the next reply is read
  int64_t integer = 0;
  // The first word of an error: "READONLY".
  std::string_view code() const { return text.substr(0, text.find(' ')); }
};

// Parses replies. Owned by a RedisConnection; not thread-safe.
class RedisReplyReader {
 public:
  enum class Result : uint8_t {
    kReply,  // *reply is the next one
    kMore,   // no complete reply is left
    kBad,    // a protocol error, an unexpected kind, or too large; see error(); give up
  };

  explicit RedisReplyReader(uint64_t reply_bytes_max);
  ~RedisReplyReader();

  void Feed(std::string_view bytes);
  Result Next(RedisReply* reply);
  const std::string& error() const { return error_; }
  // Bytes of the incomplete reply.
  size_t pending_bytes() const { return reader_ == nullptr ? 0 : reader_->len - reader_->pos; }

 private:
  friend struct RedisReplyObjects;
  struct Free {
    void operator()(redisReader* reader) const { redisReaderFree(reader); }
  };
  Result Fail(std::string why);
  void Renew();
  bool BeginSkip();

  const uint64_t reply_bytes_max_;
  bool skipping_ = false;    // inside a value that is too large
  uint64_t skip_bytes_ = 0;  // bytes of it still to come
  std::unique_ptr<redisReader, Free> reader_;
  RedisReply slot_;   // filled by hiredis's callbacks
  std::string text_;  // the slot's bytes, because hiredis moves its buffer before it returns
  std::string error_;
};

}  // namespace banto::cache

#endif  // BANTO_CACHE_REDIS_REPLY_H_
