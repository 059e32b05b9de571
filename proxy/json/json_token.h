// JSON's scalar tokens, read and written in canonical spelling in one go. Pure; any thread.
// Internal to json_scan and json_string.
#ifndef BANTO_PROXY_JSON_JSON_TOKEN_H_
#define BANTO_PROXY_JSON_JSON_TOKEN_H_

#include <cstddef>
#include <cstdint>

namespace banto::json {

enum class JsonStringEnd : uint8_t {
  kClosed,   // a valid string
  kBadUtf8,  // closed, but has bytes that are not UTF-8 or a lone surrogate, which were copied
             // unchanged
  kBroken,   // no closing quote, a raw control character or a bad escape; *in points at it
};

// Reads a string of the text [begin, end) from after its opening quote (*in) to after its closing
// one. kCopy: writes it, closing quote included, to *out in canonical spelling: raw UTF-8, except
// \" \\ \b \f \n \r \t and \u00xx for other control characters. That is never longer than the
// source; bytes after it may be overwritten, but none beyond *out + (end - *in).
template <bool kCopy>
JsonStringEnd ReadJsonString(const char* begin, const char** in, const char* end, char** out);

// One escape sequence, from its backslash. A surrogate pair counts as one.
struct JsonEscape {
  uint32_t code = 0;  // the character; a lone surrogate stays in 0xD800..0xDFFF
  uint32_t size = 0;  // bytes of source; 0 if it is not an escape
};
JsonEscape ReadJsonEscape(const char* in, const char* end);

// Writes a character as it appears in a canonical string (1 to 6 bytes) and returns the position
// after it.
char* PutJsonChar(uint32_t code, char* out);

size_t JsonAnyNumberSize(const char* in, const char* end);

// The size of the number (RFC 8259 §6) at `in`, or 0 if there is none. The caller judges what
// follows.
inline size_t JsonNumberSize(const char* in, const char* end) {
  // Nearly all numbers are integers without sign or exponent.
  const char* past = in;
  while (past != end && *past >= '0' && *past <= '9') ++past;
  const bool whole = past != in && past != end && *past != '.' && (*past | 0x20) != 'e' &&
                     (*in != '0' || past == in + 1);
  return whole ? static_cast<size_t>(past - in) : JsonAnyNumberSize(in, end);
}

}  // namespace banto::json

#endif  // BANTO_PROXY_JSON_JSON_TOKEN_H_
