#include "cache/redis_reply.h"

#include <algorithm>
#include <charconv>
#include <utility>

namespace banto::cache {
namespace {

// An idle reader releases what one large reply made it grow by. hiredis's own limit (16 KiB) frees
// and grows again with every entry; without a limit each connection would keep megabytes forever.
constexpr size_t kIdleBufferBytes = 256 * 1024;
// The longest status, error or integer line, and the "$<length>" before a value.
constexpr size_t kLineBytesMax = 16 * 1024;
// Replicas with a larger entry_bytes_max may share this Redis. Their values are skipped, because
// closing the connection would let one key take down the entire tier. Anything larger cannot be an
// entry.
constexpr uint64_t kSkipBytesMax = 64ull << 20;

}  // namespace

// hiredis's callbacks for each element of a reply. Returning nullptr stops it.
struct RedisReplyObjects {
  static RedisReplyReader* Of(const redisReadTask* task) {
    return static_cast<RedisReplyReader*>(task->privdata);
  }
  static void* Refuse(const redisReadTask* task, const char* what) {
    Of(task)->error_ = std::string("an unexpected ") + what;
    return nullptr;
  }
  static void* String(const redisReadTask* task, char* bytes, size_t size) {
    RedisReplyReader* reader = Of(task);
    switch (task->type) {
      case REDIS_REPLY_STATUS:
        reader->slot_.kind = RedisReply::Kind::kStatus;
        break;
      case REDIS_REPLY_ERROR:
        reader->slot_.kind = RedisReply::Kind::kError;
        break;
      case REDIS_REPLY_STRING:
        reader->slot_.kind = RedisReply::Kind::kString;
        break;
      default:
        return Refuse(task, "kind of string");
    }
    reader->text_.assign(bytes, size);
    reader->slot_.text = reader->text_;
    return reader;
  }
#if HIREDIS_MAJOR < 1
  static void* Array(const redisReadTask* task, int) { return Refuse(task, "array"); }
#else
  static void* Array(const redisReadTask* task, size_t) { return Refuse(task, "array"); }
  static void* Double(const redisReadTask* task, double, char*, size_t) {
    return Refuse(task, "double");
  }
  static void* Bool(const redisReadTask* task, int) { return Refuse(task, "boolean"); }
#endif
  static void* Integer(const redisReadTask* task, long long value) {
    Of(task)->slot_ = {RedisReply::Kind::kInteger, {}, value};
    return Of(task);
  }
  static void* Nil(const redisReadTask* task) {
    if (task->type != REDIS_REPLY_STRING) return Refuse(task, "nil array");
    Of(task)->slot_ = {RedisReply::Kind::kNil, {}, 0};
    return Of(task);
  }
  static void Nothing(void*) {}

  static redisReplyObjectFunctions* Functions() {
#if HIREDIS_MAJOR < 1
    static redisReplyObjectFunctions functions = {String, Array, Integer, Nil, Nothing};
#else
    static redisReplyObjectFunctions functions = {String, Array, Integer, Double,
                                                  Nil,    Bool,  Nothing};
#endif
    return &functions;
  }
};

RedisReplyReader::RedisReplyReader(uint64_t reply_bytes_max) : reply_bytes_max_(reply_bytes_max) {
  Renew();
}

void RedisReplyReader::Renew() {
  reader_.reset(redisReaderCreateWithFunctions(RedisReplyObjects::Functions()));
  if (reader_ == nullptr) return;
  reader_->privdata = this;
  reader_->maxbuf = kIdleBufferBytes;
}

RedisReplyReader::~RedisReplyReader() = default;

void RedisReplyReader::Feed(std::string_view bytes) {
  const auto skip = static_cast<size_t>(std::min<uint64_t>(skip_bytes_, bytes.size()));
  skip_bytes_ -= skip;
  bytes.remove_prefix(skip);
  if (reader_ != nullptr && !bytes.empty())
    redisReaderFeed(reader_.get(), bytes.data(), bytes.size());
}

RedisReplyReader::Result RedisReplyReader::Fail(std::string why) {
  if (error_.empty()) error_ = std::move(why);
  return Result::kBad;
}

// The current reply is "<length>\r
// " and part of that many bytes; hiredis has consumed its '$'. False: it is something else, or
// exceeds every limit.
bool RedisReplyReader::BeginSkip() {
  const char* const begin = reader_->buf + reader_->pos;
  const char* const end = reader_->buf + reader_->len;
  uint64_t length = 0;
  const auto [digits_end, error] = std::from_chars(begin, end, length);
  if (error != std::errc() || end - digits_end < 2 || *digits_end != '\r') return false;
  const uint64_t whole = static_cast<uint64_t>(digits_end - begin) + 2 + length + 2;
  if (length > kSkipBytesMax || whole <= pending_bytes()) return false;
  skip_bytes_ = whole - pending_bytes();
  skipping_ = true;
  Renew();
  return reader_ != nullptr;
}

RedisReplyReader::Result RedisReplyReader::Next(RedisReply* reply) {
  if (reader_ == nullptr) return Fail("out of memory for a reply reader");
  if (!error_.empty()) return Result::kBad;
  if (skip_bytes_ > 0) return Result::kMore;
  if (std::exchange(skipping_, false)) {
    *reply = {RedisReply::Kind::kTooLong, {}, 0};
    return Result::kReply;
  }
  if (text_.capacity() > kIdleBufferBytes) std::string().swap(text_);
  void* whole = nullptr;
  if (redisReaderGetReply(reader_.get(), &whole) != REDIS_OK) return Fail(reader_->errstr);
  if (whole != nullptr) {
    if (slot_.text.size() > reply_bytes_max_) slot_ = {RedisReply::Kind::kTooLong, {}, 0};
    *reply = slot_;
    slot_ = {};
    return Result::kReply;
  }
  if (pending_bytes() > reply_bytes_max_ + kLineBytesMax && !BeginSkip()) {
    return Fail("a reply larger than allowed");
  }
  return Result::kMore;
}

}  // namespace banto::cache
