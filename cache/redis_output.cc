#include "cache/redis_output.h"

#include <hiredis/hiredis.h>

#include <array>

namespace banto::cache {
namespace {

constexpr size_t kWordsMax = 8;
constexpr size_t kGatherBytes = 16 * 1024;  // a larger command is not copied
constexpr size_t kChunkBytes = 64 * 1024;

}  // namespace

void RedisOutput::FreeCommand::operator()(char* command) const { redisFreeCommand(command); }

bool RedisOutput::Add(std::initializer_list<std::string_view> words) {
  std::array<const char*, kWordsMax> at;
  std::array<size_t, kWordsMax> sizes;
  size_t count = 0;
  for (const std::string_view word : words) {
    at[count] = word.data();
    sizes[count++] = word.size();
  }
  char* raw = nullptr;
  const auto formatted =
      redisFormatCommandArgv(&raw, static_cast<int>(count), at.data(), sizes.data());
  if (formatted <= 0) return false;
  std::unique_ptr<char, FreeCommand> command(raw);
  const auto size = static_cast<size_t>(formatted);
  bytes_ += size;
  if (size > kGatherBytes) {
    chunks_.push_back({{}, std::move(command), size});
    return true;
  }
  const bool join = !chunks_.empty() && chunks_.back().large == nullptr &&
                    chunks_.back().gathered.size() + size <= kChunkBytes;
  if (!join) chunks_.emplace_back();
  chunks_.back().gathered.append(command.get(), size);
  return true;
}

int RedisOutput::Peek(iovec* pieces, int count_max) const {
  int count = 0;
  size_t skip = taken_;
  for (const Chunk& chunk : chunks_) {
    if (count == count_max) break;
    const std::string_view view = chunk.View().substr(skip);
    skip = 0;
    if (view.empty()) continue;
    pieces[count++] = {const_cast<char*>(view.data()), view.size()};
  }
  return count;
}

void RedisOutput::Take(size_t size) {
  bytes_ -= size;
  while (!chunks_.empty()) {
    const size_t left = chunks_.front().View().size() - taken_;
    if (size < left) {
      taken_ += size;
      return;
    }
    size -= left;
    taken_ = 0;
    if (chunks_.size() == 1 && chunks_.front().large == nullptr) {
      chunks_.front().gathered.clear();  // keeps its capacity for the next turn's commands
      return;
    }
    chunks_.pop_front();
  }
}

}  // namespace banto::cache
