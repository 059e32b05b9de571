#include "proxy/http/field_block.h"

#include "proxy/http/message.h"

namespace banto {

namespace {

// Removes the first line of `lines` and returns its name and value.
bool NextLine(std::string_view* lines, std::string_view* name, std::string_view* value) {
  if (lines->empty()) return false;
  const size_t end = lines->find("\r\n");
  const std::string_view line = lines->substr(0, end);
  const size_t colon = line.find(':');
  *name = line.substr(0, colon);
  *value = colon == std::string_view::npos ? std::string_view() : line.substr(colon + 1);
  while (!value->empty() && value->front() == ' ') value->remove_prefix(1);
  lines->remove_prefix(end == std::string_view::npos ? lines->size() : end + 2);
  return true;
}

template <class Drops>
void RemoveLines(std::string* lines, Drops drops) {
  size_t at = 0;
  while (at < lines->size()) {
    const size_t end = lines->find("\r\n", at);
    if (end == std::string::npos) return;
    const std::string_view line = std::string_view(*lines).substr(at, end - at);
    if (drops(line.substr(0, line.find(':')))) {
      lines->erase(at, end + 2 - at);
    } else {
      at = end + 2;
    }
  }
}

}  // namespace

std::string_view FieldOf(std::string_view lines, std::string_view name) {
  std::string_view line_name, value;
  while (NextLine(&lines, &line_name, &value)) {
    if (http::EqualsNoCase(line_name, name)) return value;
  }
  return {};
}

std::string ListOf(std::string_view lines, std::string_view name) {
  std::string list;
  std::string_view line_name, value;
  while (NextLine(&lines, &line_name, &value)) {
    if (!http::EqualsNoCase(line_name, name) || value.empty()) continue;
    if (!list.empty()) list += ", ";
    list += value;
  }
  return list;
}

void RemoveField(std::string* lines, std::string_view name) {
  RemoveLines(lines, [name](std::string_view line) { return http::EqualsNoCase(line, name); });
}

void ReplaceField(std::string* lines, std::string_view name, std::string_view value) {
  RemoveField(lines, name);
  lines->append(name).append(": ").append(value).append("\r\n");
}

void RemoveFields(std::string* lines, std::string_view prefix) {
  RemoveLines(lines, [prefix](std::string_view line) {
    return http::EqualsNoCase(line.substr(0, prefix.size()), prefix);
  });
}

}  // namespace banto
