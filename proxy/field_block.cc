#include "proxy/field_block.h"

#include "proxy/http/message.h"

namespace banto {

std::string_view FieldOf(std::string_view lines, std::string_view name) {
  while (!lines.empty()) {
    const size_t end = lines.find("\r\n");
    const std::string_view line = lines.substr(0, end);
    const size_t colon = line.find(':');
    if (colon != std::string_view::npos && http::EqualsNoCase(line.substr(0, colon), name)) {
      std::string_view value = line.substr(colon + 1);
      while (!value.empty() && value.front() == ' ') value.remove_prefix(1);
      return value;
    }
    if (end == std::string_view::npos) break;
    lines.remove_prefix(end + 2);
  }
  return {};
}

void RemoveField(std::string* lines, std::string_view name) {
  size_t at = 0;
  while (at < lines->size()) {
    const size_t end = lines->find("\r\n", at);
    if (end == std::string::npos) return;
    const std::string_view line = std::string_view(*lines).substr(at, end - at);
    if (line.size() > name.size() && line[name.size()] == ':' &&
        http::EqualsNoCase(line.substr(0, name.size()), name)) {
      lines->erase(at, end + 2 - at);
    } else {
      at = end + 2;
    }
  }
}

}  // namespace banto
