// A TOML file as plain data with the place of every key and value. Keeps toml11 out of every file
// but toml_reader.cc. Main thread.
#ifndef BANTO_CONF_TOML_VALUE_H_
#define BANTO_CONF_TOML_VALUE_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace banto::conf {

// A position in the file. Columns count bytes, as editors' jump lists do.
struct Place {
  int line = 0;    // 1-based; 0: the entire file
  int column = 1;  // 1-based
  int size = 1;    // bytes to underline
};

struct TomlEntry;

struct TomlValue {
  enum class Type : uint8_t {
    kBoolean,  // true or false
    kInteger,  // fits 64 bits
    kFloat,    // in `number`
    kString,   // in `text`, unescaped
    kTime,     // TOML's dates and times; not used by any key
    kArray,    // in `items`
    kTable,    // in `entries`
  };
  Type type = Type::kTable;
  bool boolean = false;
  bool is_section = false;  // defined by [name] or [[name]] rather than by a key
  int64_t integer = 0;
  double number = 0;
  std::string text;
  std::vector<TomlValue> items;
  std::vector<TomlEntry> entries;
  Place place;

  const TomlEntry* Find(std::string_view key) const;
};

struct TomlEntry {
  std::string key;
  Place key_place;
  TomlValue value;
};

inline const TomlEntry* TomlValue::Find(std::string_view key) const {
  for (const TomlEntry& entry : entries) {
    if (entry.key == key) return &entry;
  }
  return nullptr;
}

}  // namespace banto::conf

#endif  // BANTO_CONF_TOML_VALUE_H_
