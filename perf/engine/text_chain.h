// Chain hashes of a text's blocks of 256 bytes, as an engine would find equal beginnings. Pure.
#ifndef BANTO_PERF_ENGINE_TEXT_CHAIN_H_
#define BANTO_PERF_ENGINE_TEXT_CHAIN_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace banto::perf {

// The chain hash of a block of this content (or its number in a trace) behind `before`.
uint64_t NextInChain(uint64_t before, uint64_t content);

class TextChain {
 public:
  static constexpr size_t kBlockBytes = 256;

  void Add(std::string_view text);
  std::vector<uint64_t> Take() { return std::move(chain_); }  // without the last, incomplete block

 private:
  void AddBlock(std::string_view block);

  std::string rest_;
  uint64_t last_ = 0;
  std::vector<uint64_t> chain_;
};

}  // namespace banto::perf

#endif  // BANTO_PERF_ENGINE_TEXT_CHAIN_H_
