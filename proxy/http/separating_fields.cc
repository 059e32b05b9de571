#include "proxy/http/separating_fields.h"

#include <algorithm>

#include "proxy/base/ascii.h"
#include "proxy/http/field_names.h"
#include "proxy/http/headers.h"
#include "proxy/http/list_reader.h"
#include "proxy/http/media_type.h"

namespace banto::http {
namespace {

// RFC 8259 §8.1: JSON between systems is UTF-8. A worker may read another charset differently.
bool SaysJson(std::string_view type) {
  const size_t semicolon = type.find(';');
  if (ReadMediaType(type) != MediaType::kJson) return false;
  if (semicolon == type.npos) return true;
  const std::string_view parameter = TrimSpace(type.substr(semicolon + 1));
  return EqualsNoCase(parameter, "charset=utf-8") || EqualsNoCase(parameter, "charset=\"utf-8\"");
}

bool NameBefore(std::string_view a, std::string_view b) {
  return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
    return base::ToLower(x) < base::ToLower(y);
  });
}

}  // namespace

SeparatingFields::SeparatingFields(const RequestHead& head, const SeparationRule& rule)
    : head_(head) {
  for (const FieldEntry& entry : head.entries()) {
    if (!rule.harmless.Has(entry.id) && Separates(entry, rule)) entries_.Add(&entry);
  }
  if (entries_.size() > 1) Sort();
}

bool SeparatingFields::Separates(const FieldEntry& entry, const SeparationRule& rule) const {
  const Field field = head_.FieldOf(entry);
  if (entry.id == FieldName::kContentType && rule.json_body && SaysJson(field.value)) return false;
  if (IsNominated(head_, field.name)) return false;  // it goes no further than us
  // What a worker answers to one page's origin is stored with the answer: no other page may get it.
  if (entry.id == FieldName::kOrigin) return true;
  return rule.more.empty() || !MatchesName(field.name, rule.more);
}

void SeparatingFields::Sort() {
  const std::span<const FieldEntry*> all = entries_.elements();
  std::sort(all.begin(), all.end(), [this](const FieldEntry* a, const FieldEntry* b) {
    const std::string_view left = head_.FieldOf(*a).name;
    const std::string_view right = head_.FieldOf(*b).name;
    if (EqualsNoCase(left, right)) return a->name_at < b->name_at;
    return NameBefore(left, right);
  });
}

}  // namespace banto::http
