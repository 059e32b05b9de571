// Finds the place of a key in the file, for errors about several keys together. `root` may be
// nullptr in all functions (`banto serve` has no file). Main thread.
#ifndef BANTO_CONF_PLACES_H_
#define BANTO_CONF_PLACES_H_

#include <string_view>

#include "conf/toml_value.h"

namespace banto::conf {

inline const TomlValue* SectionIn(const TomlValue* root, std::string_view name) {
  const TomlEntry* entry = root == nullptr ? nullptr : root->Find(name);
  return entry == nullptr ? nullptr : &entry->value;
}

// nullptr if the list is shorter: items that are not tables were dropped.
inline const TomlValue* ItemIn(const TomlValue* root, std::string_view list, size_t index) {
  const TomlValue* items = SectionIn(root, list);
  return items == nullptr || index >= items->items.size() ? nullptr : &items->items[index];
}

// The place of the key, or of its section if the file omits the key.
inline Place KeyPlace(const TomlValue* section, std::string_view key) {
  if (section == nullptr) return {};
  const TomlEntry* entry = section->Find(key);
  return entry == nullptr ? section->place : entry->key_place;
}

// The same for the value.
inline Place ValuePlace(const TomlValue* section, std::string_view key) {
  if (section == nullptr) return {};
  const TomlEntry* entry = section->Find(key);
  return entry == nullptr ? section->place : entry->value.place;
}

}  // namespace banto::conf

#endif  // BANTO_CONF_PLACES_H_
