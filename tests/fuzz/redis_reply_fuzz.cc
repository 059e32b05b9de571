// Bytes that come from Redis, cut anywhere: the reader must never crash, never build an array,
// never hand out more than allowed, and read the same replies however the bytes are cut.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "cache/redis_reply.h"

using banto::cache::RedisReply;
using banto::cache::RedisReplyReader;

namespace {

constexpr uint64_t kReplyBytesMax = 4096;

// Reads `bytes` in pieces of `step`; what came out, and whether it broke.
std::string ReadAll(std::string_view bytes, size_t step, bool* bad) {
  RedisReplyReader reader(kReplyBytesMax);
  std::string out;
  *bad = false;
  for (size_t at = 0; at < bytes.size() && !*bad; at += step) {
    reader.Feed(bytes.substr(at, step));
    RedisReply reply;
    RedisReplyReader::Result result;
    while ((result = reader.Next(&reply)) == RedisReplyReader::Result::kReply) {
      if (reply.text.size() > kReplyBytesMax) abort();
      out += static_cast<char>('0' + static_cast<int>(reply.kind));
      out += std::to_string(reply.integer);
      out += reply.text;
    }
    *bad = result == RedisReplyReader::Result::kBad;
    if (*bad && reader.error().empty()) abort();
  }
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  bool bad_one = false, bad_whole = false;
  const std::string one = ReadAll(bytes, 1, &bad_one);
  const std::string whole = ReadAll(bytes, size + 1, &bad_whole);
  if (one != whole || bad_one != bad_whole) abort();
  return 0;
}
