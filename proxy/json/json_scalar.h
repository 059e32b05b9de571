// JSON's numbers and literals, read and written in one go, and values skipped by their brackets.
// Pure; any thread. Internal to json_scan.
#ifndef BANTO_PROXY_JSON_JSON_SCALAR_H_
#define BANTO_PROXY_JSON_JSON_SCALAR_H_

#include <string_view>

namespace banto::json {

inline bool IsJsonSpace(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

// How far a text is read and its canonical spelling written. Passed around instead of being a
// reader's member, which would have to be reloaded after every byte written, because a char may
// alias anything.
struct JsonPlace {
  const char* in = nullptr;
  char* out = nullptr;
};

// Reads `word` at `at`; kText: and writes it. Returns the place after it. If the text is malformed,
// `out` is null and `in` points at the error.
template <bool kText>
JsonPlace ReadJsonLiteral(JsonPlace at, const char* end, std::string_view word);

// Reads a number, in an array also the numbers that follow: a prompt of token ids has thousands.
template <bool kText>
JsonPlace ReadJsonNumbers(JsonPlace at, const char* end, bool in_array);

// Past the value at `in`, an array or object, by its brackets alone; nullptr when they do not
// match.
const char* SkipJsonBrackets(const char* in, const char* end);

}  // namespace banto::json

#endif  // BANTO_PROXY_JSON_JSON_SCALAR_H_
