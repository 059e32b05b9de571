// The chain of hashes by which a prompt's beginning is recognised (upstream/prefix_index.h), made
// of its JSON as spelt, without the white space between tokens. What is not text, a picture in
// base64, counts by its digest. One per prompt; not thread-safe.
#ifndef BANTO_PROXY_QUESTION_PROMPT_BLOCKS_H_
#define BANTO_PROXY_QUESTION_PROMPT_BLOCKS_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "proxy/upstream/prefix_index.h"

namespace banto {

class PromptBlocks {
 public:
  static constexpr size_t kBlockBytes = upstream::PrefixIndex::kBlockBytes;
  // A prompt may be longer; what follows 512 KB is not told apart.
  static constexpr size_t kBlocksMax = 2'048;

  explicit PromptBlocks(uint64_t seed) : hash_(seed) {}

  // One JSON value that has been scanned before: of one that is not well-formed any part may be
  // missing.
  void AddJson(std::string_view value);

  // Of whole blocks: what is in the last one may still change.
  std::vector<uint64_t> TakeChain() { return std::move(chain_); }
  int64_t text_bytes() const { return text_bytes_; }
  int binaries() const { return binaries_; }  // pictures, recordings

 private:
  void AddString(std::string_view quoted);
  void AddText(std::string_view text);
  void Put(std::string_view bytes);

  uint64_t hash_;
  std::vector<uint64_t> chain_;
  int64_t text_bytes_ = 0;
  int binaries_ = 0;
  size_t filled_ = 0;
  std::array<char, kBlockBytes> block_;  // uninitialized
};

}  // namespace banto

#endif  // BANTO_PROXY_QUESTION_PROMPT_BLOCKS_H_
