// JSON's scalar tokens, read and written in their canonical spelling at once. Pure; any thread.
// Internal to json_scan and json_string.
#ifndef BANTO_PROXY_JSON_JSON_TOKEN_H_
#define BANTO_PROXY_JSON_JSON_TOKEN_H_

#include <cstddef>
#include <cstdint>

namespace banto::json {

enum class JsonStringEnd : uint8_t {
  kClosed,   // a good string
  kBadUtf8,  // closed, but holds bytes that are not UTF-8, or a lone surrogate; these were copied
             // as they were
  kBroken,   // no closing quote, a raw control character, or a wrong escape: *in stands on it
};

// Reads a string of the text [begin, end) from after its opening quote (*in) to after its closing
// one. kCopy: writes it,
// closing quote included, to *out. The canonical spelling: raw UTF-8, except \" \\ \b \f \n \r \t
// and \u00xx for the other control characters. It is never longer than the source; it may scribble
// behind its end, but not past *out + (end - *in).
template <bool kCopy>
JsonStringEnd ReadJsonString(const char* begin, const char** in, const char* end, char** out);

// One escape, from its backslash. Surrogate pairs become one character.
struct JsonEscape {
  uint32_t code = 0;  // the character; a lone surrogate stays in 0xD800..0xDFFF
  uint32_t size = 0;  // bytes of source, 0 when it is no escape
};
JsonEscape ReadJsonEscape(const char* in, const char* end);

// Writes a character as it stands in a canonical string (1 to 6 bytes) and returns the byte after
// it.
char* PutJsonChar(uint32_t code, char* out);

size_t JsonAnyNumberSize(const char* in, const char* end);

// The size of the number (RFC 8259 §6) at `in`, 0 when there is none. What follows it is the
// caller's to judge.
inline size_t JsonNumberSize(const char* in, const char* end) {
  // Nearly all are whole and spelt in digits alone.
  const char* past = in;
  while (past != end && *past >= '0' && *past <= '9') ++past;
  const bool whole = past != in && past != end && *past != '.' && (*past | 0x20) != 'e' &&
                     (*in != '0' || past == in + 1);
  return whole ? static_cast<size_t>(past - in) : JsonAnyNumberSize(in, end);
}

}  // namespace banto::json

#endif  // BANTO_PROXY_JSON_JSON_TOKEN_H_
