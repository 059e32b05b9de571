#include "proxy/question/prompt_blocks.h"

#include <algorithm>
#include <cstring>

#include "proxy/base/hash_text.h"

namespace banto {
namespace {

// Shorter strings are text, whatever they look like.
constexpr size_t kBinaryBytesMin = 4'096;
constexpr size_t kLookedAt = 256;

bool IsBase64(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' ||
         c == '/' || c == '-' || c == '_' || c == '=';
}

// Some write "\/". Other escapes are of text.
bool IsAllBase64(std::string_view sample) {
  for (size_t i = 0; i < sample.size(); ++i) {
    const bool escape = sample[i] == '\\' && i + 1 < sample.size() && sample[i + 1] == '/';
    if (!escape && !IsBase64(sample[i])) return false;
  }
  return true;
}

// Whether a long string is base64, perhaps behind "data:image/png;base64,". Two samples: no prose
// is without a space for so long, nor any language's without a character beyond ASCII.
bool IsBinary(std::string_view text) {
  if (text.size() < kBinaryBytesMin) return false;
  const std::string_view samples[] = {text.substr(text.size() / 2, kLookedAt),
                                      text.substr(text.size() - kLookedAt)};
  return std::all_of(std::begin(samples), std::end(samples), IsAllBase64);
}

// Past the closing quote of the string that begins at `at`; the end if there is none.
size_t StringEnd(std::string_view json, size_t at) {
  size_t quote = at;
  while ((quote = json.find('"', quote + 1)) != std::string_view::npos) {
    size_t escapes = quote;
    while (json[escapes - 1] == '\\') --escapes;
    if ((quote - escapes) % 2 == 0) return quote + 1;
  }
  return json.size();
}

bool IsSpace(char c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r'; }

}  // namespace

void PromptBlocks::AddJson(std::string_view value) {
  size_t from = 0;  // of what has not been added yet
  for (size_t at = 0; at < value.size();) {
    if (value[at] == '"') {
      AddText(value.substr(from, at - from));
      const size_t end = StringEnd(value, at);
      AddString(value.substr(at, end - at));
      from = at = end;
    } else if (IsSpace(value[at])) {
      AddText(value.substr(from, at - from));
      from = ++at;
    } else {
      ++at;
    }
  }
  AddText(value.substr(from));
}

void PromptBlocks::AddString(std::string_view quoted) {
  if (!IsBinary(quoted.substr(0, quoted.size() - 1))) return AddText(quoted);
  ++binaries_;
  const uint64_t digest = base::HashText(quoted, 0);
  Put({reinterpret_cast<const char*>(&digest), sizeof digest});
}

void PromptBlocks::AddText(std::string_view text) {
  text_bytes_ += static_cast<int64_t>(text.size());
  Put(text);
}

void PromptBlocks::Put(std::string_view bytes) {
  while (!bytes.empty() && chain_.size() < kBlocksMax) {
    const size_t some = std::min(bytes.size(), block_.size() - filled_);
    std::memcpy(block_.data() + filled_, bytes.data(), some);
    filled_ += some;
    bytes.remove_prefix(some);
    if (filled_ < block_.size()) return;
    hash_ = base::HashText({block_.data(), block_.size()}, hash_);
    chain_.push_back(hash_);
    filled_ = 0;
  }
}

}  // namespace banto
