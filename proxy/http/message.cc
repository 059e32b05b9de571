#include "proxy/http/message.h"

#include "proxy/http/char_class.h"
#include "proxy/http/list_reader.h"

namespace banto::http {

bool EqualBytesNoCase(const char* a, const char* b, size_t size) {
  for (size_t i = 0; i < size; ++i) {
    if (a[i] != b[i] && ToLower(a[i]) != ToLower(b[i])) return false;
  }
  return true;
}

bool ListHasToken(std::string_view list, std::string_view token) {
  ListReader reader(list);
  std::string_view element;
  while (reader.Next(&element)) {
    if (EqualsNoCase(TrimSpace(element.substr(0, element.find(';'))), token)) return true;
  }
  return false;
}

std::optional<std::string_view> Head::Find(std::string_view name) const {
  for (size_t i = 0; i < field_count(); ++i) {
    const Field f = field(i);
    if (EqualsNoCase(f.name, name)) return f.value;
  }
  return std::nullopt;
}

bool Head::HasToken(std::string_view name, std::string_view token) const {
  for (size_t i = 0; i < field_count(); ++i) {
    const Field f = field(i);
    if (EqualsNoCase(f.name, name) && ListHasToken(f.value, token)) return true;
  }
  return false;
}

std::string_view RequestHead::path() const { return target().substr(0, target().find('?')); }

std::string_view RequestHead::query() const {
  const size_t mark = target().find('?');
  return mark == std::string_view::npos ? std::string_view() : target().substr(mark + 1);
}

}  // namespace banto::http
