// Iterates over the elements of a comma-separated field value (RFC 9110 §5.6.1). Pure; returns
// views into the value.
#ifndef BANTO_PROXY_HTTP_LIST_READER_H_
#define BANTO_PROXY_HTTP_LIST_READER_H_

#include <string_view>

namespace banto::http {

// Strips spaces and tabs at both ends (RFC 9110 §5.6.3 OWS).
inline std::string_view TrimSpace(std::string_view text) {
  const char* first = text.data();
  const char* last = first + text.size();
  while (first != last && (*first == ' ' || *first == '\t')) ++first;
  while (first != last && (last[-1] == ' ' || last[-1] == '\t')) --last;
  return {first, static_cast<size_t>(last - first)};
}

class ListReader {
 public:
  explicit ListReader(std::string_view list) : rest_(list) {}

  // The next element, trimmed, with its parameters; commas inside quotes do not end it. Skips empty
  // elements, as a recipient must. False at the end.
  bool Next(std::string_view* element) {
    while (!rest_.empty()) {
      const size_t size = ElementSize();
      *element = TrimSpace(rest_.substr(0, size));
      rest_.remove_prefix(size < rest_.size() ? size + 1 : size);
      if (!element->empty()) return true;
    }
    return false;
  }

 private:
  size_t ElementSize() const {
    bool quoted = false;
    for (size_t i = 0; i < rest_.size(); ++i) {
      const char c = rest_[i];
      if (c == '"') quoted = !quoted;
      if (quoted && c == '\\') ++i;
      if (!quoted && c == ',') return i;
    }
    return rest_.size();
  }

  std::string_view rest_;
};

}  // namespace banto::http

#endif  // BANTO_PROXY_HTTP_LIST_READER_H_
