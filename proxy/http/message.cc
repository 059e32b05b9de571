#include "proxy/http/message.h"

#include <cstring>

#include "proxy/base/ascii.h"
#include "proxy/http/list_reader.h"

namespace banto::http {

bool EqualBytesNoCase(const char* a, const char* b, size_t size) {
  size_t i = 0;
  // Compared names are usually spelt alike: compare word by word up to the first difference.
  for (uint64_t x, y; i + sizeof x <= size; i += sizeof x) {
    std::memcpy(&x, a + i, sizeof x);
    std::memcpy(&y, b + i, sizeof y);
    if (x != y) break;
  }
  for (; i < size; ++i) {
    if (a[i] != b[i] && base::ToLower(a[i]) != base::ToLower(b[i])) return false;
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

std::optional<std::string_view> Head::Find(FieldName id) const {
  if (!Has(id)) return std::nullopt;
  for (const FieldEntry& entry : entries()) {
    if (entry.id == id) return FieldOf(entry).value;
  }
  return std::nullopt;
}

std::optional<std::string_view> Head::Find(std::string_view name) const {
  const FieldName id = ClassifyFieldName(name);
  if (!IsFamily(id) || !Has(id)) return Find(id);
  for (const FieldEntry& entry : entries()) {
    const Field field = FieldOf(entry);
    if (field.id == id && EqualsNoCase(field.name, name)) return field.value;
  }
  return std::nullopt;
}

bool Head::HasToken(FieldName id, std::string_view token) const {
  if (!Has(id)) return false;
  for (const FieldEntry& entry : entries()) {
    if (entry.id == id && ListHasToken(FieldOf(entry).value, token)) return true;
  }
  return false;
}

bool Head::HasToken(std::string_view name, std::string_view token) const {
  const FieldName id = ClassifyFieldName(name);
  if (!IsFamily(id) || !Has(id)) return HasToken(id, token);
  for (const FieldEntry& entry : entries()) {
    const Field field = FieldOf(entry);
    if (field.id != id || !EqualsNoCase(field.name, name)) continue;
    if (ListHasToken(field.value, token)) return true;
  }
  return false;
}

std::string_view RequestHead::path() const { return target().substr(0, target().find('?')); }

std::string_view RequestHead::query() const {
  const size_t mark = target().find('?');
  return mark == std::string_view::npos ? std::string_view() : target().substr(mark + 1);
}

}  // namespace banto::http
