// Redis commands waiting to be written: small ones are gathered, large ones keep the memory in
// which hiredis formatted them. Owned by a RedisConnection; not thread-safe.
#ifndef BANTO_CACHE_REDIS_OUTPUT_H_
#define BANTO_CACHE_REDIS_OUTPUT_H_

#include <sys/uio.h>

#include <cstddef>
#include <deque>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>

namespace banto::cache {

class RedisOutput {
 public:
  // Adds one command. False: out of memory, nothing was added.
  bool Add(std::initializer_list<std::string_view> words);
  // Fills `pieces` with the bytes to send next; returns how many it filled.
  int Peek(iovec* pieces, int count_max) const;
  // `size` bytes were written.
  void Take(size_t size);
  size_t bytes() const { return bytes_; }

 private:
  struct FreeCommand {
    void operator()(char* command) const;
  };
  struct Chunk {
    std::string gathered;
    std::unique_ptr<char, FreeCommand> large;
    size_t large_bytes = 0;
    std::string_view View() const {
      return large == nullptr ? std::string_view(gathered)
                              : std::string_view(large.get(), large_bytes);
    }
  };

  std::deque<Chunk> chunks_;
  size_t taken_ = 0;  // of the first chunk
  size_t bytes_ = 0;
};

}  // namespace banto::cache

#endif  // BANTO_CACHE_REDIS_OUTPUT_H_
