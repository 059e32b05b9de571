// Keys of JSON members whose value may refer to content outside the text. Pure.
#ifndef BANTO_PROXY_JSON_JSON_POINTING_KEY_H_
#define BANTO_PROXY_JSON_JSON_POINTING_KEY_H_

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace banto::json {

// Whether the key of `size` bytes before its closing quote at `quote` ends in url, uri, file_id or
// fileId, ignoring case as Go's decoder does; profile_id does not count. `size` may include the
// opening quote.
inline bool IsPointingKey(const char* quote, size_t size) {
  if (size < 3) return false;
  // Including the quote makes the comparison a single word.
  uint32_t tail, lower, url, uri, id;
  std::memcpy(&tail, quote - 3, sizeof tail);
  std::memcpy(&lower, "\x20\x20\x20\0", sizeof lower);
  std::memcpy(&url, "url\"", sizeof url);
  std::memcpy(&uri, "uri\"", sizeof uri);
  tail |= lower;
  if (tail == url || tail == uri) return true;
  std::memcpy(&id, "eid\"", sizeof id);
  const size_t before = tail == id ? 6 : 7;  // fileid, file_id
  if (tail != id) {
    std::memcpy(&id, "\x7fid\"", sizeof id);  // '_' with the lower-case bit set
    if (tail != id) return false;
  }
  if (size < before) return false;
  uint32_t head, file;
  std::memcpy(&head, quote - before, sizeof head);
  std::memcpy(&file, "file", sizeof file);
  if ((head | 0x20202020U) != file) return false;
  if (size == before) return true;
  const char letter = quote[-static_cast<int>(before) - 1];
  const bool goes_on = letter >= 'a' && letter <= 'z' && quote[-static_cast<int>(before)] == 'f';
  return !goes_on;
}

}  // namespace banto::json

#endif  // BANTO_PROXY_JSON_JSON_POINTING_KEY_H_
