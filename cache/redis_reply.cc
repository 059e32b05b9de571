#include "cache/redis_reply.h"

#include <utility>

namespace banto::cache {
namespace {

// An idle reader gives back what one large reply made it grow by. hiredis' own limit (16 KiB)
// frees and grows with every entry; no limit keeps megabytes per connection for ever.
constexpr size_t kIdleBufferBytes = 256 * 1024;
// The longest status, error or integer line, and the "$<length>" before a value.
constexpr size_t kLineBytesMax = 16 * 1024;

}  // namespace

// What hiredis calls for each thing that it finds. Returning nullptr stops it.
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

RedisReplyReader::RedisReplyReader(uint64_t reply_bytes_max)
    : reply_bytes_max_(reply_bytes_max),
      reader_(redisReaderCreateWithFunctions(RedisReplyObjects::Functions())) {
  if (reader_ == nullptr) return;
  reader_->privdata = this;
  reader_->maxbuf = kIdleBufferBytes;
}

RedisReplyReader::~RedisReplyReader() = default;

void RedisReplyReader::Feed(std::string_view bytes) {
  if (reader_ != nullptr) redisReaderFeed(reader_.get(), bytes.data(), bytes.size());
}

RedisReplyReader::Result RedisReplyReader::Fail(std::string why) {
  if (error_.empty()) error_ = std::move(why);
  return Result::kBad;
}

RedisReplyReader::Result RedisReplyReader::Next(RedisReply* reply) {
  if (reader_ == nullptr) return Fail("no memory for a reply reader");
  if (!error_.empty()) return Result::kBad;
  if (text_.capacity() > kIdleBufferBytes) std::string().swap(text_);
  void* whole = nullptr;
  if (redisReaderGetReply(reader_.get(), &whole) != REDIS_OK) return Fail(reader_->errstr);
  if (whole != nullptr) {
    if (slot_.text.size() > reply_bytes_max_) return Fail("a reply larger than allowed");
    *reply = slot_;
    slot_ = {};
    return Result::kReply;
  }
  if (pending_bytes() > reply_bytes_max_ + kLineBytesMax) {
    return Fail("a reply larger than allowed");
  }
  return Result::kMore;
}

}  // namespace banto::cache
