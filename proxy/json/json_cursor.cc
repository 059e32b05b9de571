#include "proxy/json/json_cursor.h"

#include <charconv>
#include <cstring>

#include "proxy/json/json_run.h"
#include "proxy/json/json_token.h"
#include "proxy/json/utf8.h"

namespace banto::json {
namespace {

// The first quote, backslash or control character in [p, end), or `end`; clears *ascii if a
// non-ASCII byte precedes it.
inline const char* FindStop(const char* p, const char* end, bool* ascii) {
#if defined(__SSE2__)
  for (; end - p >= 16; p += 16) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(p));
    const unsigned high = static_cast<unsigned>(_mm_movemask_epi8(bytes));
    const unsigned stop = JsonStopMask(bytes);
    if (stop != 0) {
      if ((high & (stop ^ (stop - 1))) != 0) *ascii = false;
      return p + __builtin_ctz(stop);
    }
    if (high != 0) *ascii = false;
  }
#endif
  for (; p != end; ++p) {
    const auto c = static_cast<unsigned char>(*p);
    if (c == '"' || c == '\\' || c < 0x20) break;
    if (c >= 0x80) *ascii = false;
  }
  return p;
}

const char* FindQuoteCarefully(const char* const start, const char* end, bool* utf8) {
  bool ascii = true;
  for (const char* p = start;;) {
    p = FindStop(p, end, &ascii);
    if (p == end) return nullptr;
    if (*p == '"') {
      // Escapes are ASCII, so the raw bytes decide whether the decoded string is UTF-8.
      if (!ascii && !IsUtf8({start, static_cast<size_t>(p - start)})) *utf8 = false;
      return p;
    }
    const JsonEscape escape = *p == '\\' ? ReadJsonEscape(p, end) : JsonEscape();
    if (escape.size == 0) return nullptr;
    p += escape.size;
  }
}

// The closing quote of the string whose contents begin at `start`, or null; clears *utf8 if they
// are not UTF-8. Tuned for keys and tokens, which are short and plain; see perf/README.md.
inline const char* FindQuote(const char* start, const char* end, bool* utf8) {
#if defined(__SSE2__)
  if (end - start >= 16) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(start));
    const unsigned stop = JsonStopMask(bytes);
    const unsigned high = static_cast<unsigned>(_mm_movemask_epi8(bytes));
    if (stop != 0 && (high & (stop ^ (stop - 1))) == 0) {
      const char* const first = start + __builtin_ctz(stop);
      if (*first == '"') return first;
    }
  }
#endif
  return FindQuoteCarefully(start, end, utf8);
}

bool IsSpace(char c) { return c <= ' ' && (c == ' ' || c == '\n' || c == '\r' || c == '\t'); }

}  // namespace

bool JsonCursor::Break() {
  ok_ = false;
  p_ = end_;
  return false;
}

inline void JsonCursor::SkipSpace() {
  while (p_ != end_ && IsSpace(*p_)) ++p_;
}

char JsonCursor::Peek() {
  SkipSpace();
  return p_ == end_ ? '\0' : *p_;
}

inline bool JsonCursor::Enter(char bracket) {
  if (Peek() != bracket) return false;
  ++p_;
  first_ = true;
  return true;
}

inline bool JsonCursor::StepTo(char closing) {
  const char c = Peek();
  if (c == closing) {
    ++p_;
    first_ = false;  // it counts as an entry of the enclosing container
    return false;
  }
  if (first_) {
    first_ = false;
    return c != '\0' || Break();
  }
  if (c != ',') return Break();
  ++p_;
  return true;
}

inline bool JsonCursor::SkipString() {
  if (p_ == end_ || *p_ != '"') return Break();
  const char* const quote = FindQuote(p_ + 1, end_, &utf8_ok_);
  if (quote == nullptr) return Break();
  p_ = quote + 1;
  return true;
}

bool JsonCursor::NextMember(std::string_view* key) {
  if (!StepTo('}')) return false;
  SkipSpace();
  const char* const start = p_ + 1;
  if (!SkipString()) return false;
  *key = {start, static_cast<size_t>(p_ - 1 - start)};
  if (Peek() != ':') return Break();
  ++p_;
  return true;
}

bool JsonCursor::EnterObject() { return Enter('{'); }

bool JsonCursor::EnterArray() { return Enter('['); }

bool JsonCursor::NextElement() { return StepTo(']'); }

bool JsonCursor::SkipKey() {
  SkipSpace();
  if (!SkipString()) return false;
  if (Peek() != ':') return Break();
  ++p_;
  return true;
}

inline bool JsonCursor::SkipWord(std::string_view word) {
  if (static_cast<size_t>(end_ - p_) < word.size()) return Break();
  if (std::memcmp(p_, word.data(), word.size()) != 0) return Break();
  p_ += word.size();
  return true;
}

bool JsonCursor::SkipScalar() {
  switch (*p_) {
    case '"':
      return SkipString();
    case 'n':
      return SkipWord("null");
    case 't':
      return SkipWord("true");
    case 'f':
      return SkipWord("false");
    default:
      break;
  }
  const size_t number = JsonNumberSize(p_, end_);
  p_ += number;
  return number != 0 || Break();
}

std::string_view JsonCursor::Skip() {
  const char first = Peek();
  const char* const start = p_;
  if (first == '\0') {
    Break();
  } else if (first == '{' || first == '[') {
    SkipContainer();
  } else {
    SkipScalar();
  }
  return ok_ ? std::string_view(start, static_cast<size_t>(p_ - start)) : std::string_view();
}

bool JsonCursor::SkipContainer() {
  uint64_t objects = 0;  // bit 0: the innermost open container is an object
  int depth = 0;
  do {
    const char c = Peek();
    if (c == '{' || c == '[') {
      if (++depth > kSkipDepthMax) return Break();
      objects = (objects << 1) | (c == '{' ? 1U : 0U);
      Enter(c);
    } else if (c == '\0' || !SkipScalar()) {
      return Break();
    }
    // Leave every container that ends here and step to the next entry of the first that does not.
    while (depth > 0 && !StepTo((objects & 1U) != 0 ? '}' : ']')) {
      if (!ok_) return false;
      objects >>= 1;
      --depth;
    }
    if (depth > 0 && (objects & 1U) != 0 && !SkipKey()) return false;
  } while (depth > 0);
  return true;
}

bool JsonCursor::Finish() { return Peek() == '\0' && p_ == end_ && ok_; }

const char* FindJsonStringEnd(const char* p, const char* end) {
  bool utf8 = true;
  const char* const quote = FindQuote(p, end, &utf8);
  return utf8 ? quote : nullptr;
}

bool IsJson(std::string_view text) {
  JsonCursor json(text);
  json.Skip();
  return json.Finish();
}

std::string_view Unquoted(std::string_view raw) {
  if (raw.size() < 2 || raw.front() != '"') return raw;
  return raw.substr(1, raw.size() - 2);
}

bool HasSubstance(std::string_view raw) {
  if (raw.size() > 5) return true;
  return !raw.empty() && raw != "null" && raw != "\"\"" && raw != "[]" && raw != "{}" &&
         raw != "false";
}

int64_t IntegerOr(std::string_view raw, int64_t fallback) {
  int64_t value = 0;
  const auto [end, error] = std::from_chars(raw.data(), raw.data() + raw.size(), value);
  return error == std::errc() && end != raw.data() ? value : fallback;
}

}  // namespace banto::json
