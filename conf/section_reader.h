// Reads one table according to the schema into the members of its rows. Lives for one load; main
// thread.
#ifndef BANTO_CONF_SECTION_READER_H_
#define BANTO_CONF_SECTION_READER_H_

#include <string>
#include <string_view>
#include <vector>

#include "conf/schema.h"
#include "conf/toml_value.h"
#include "conf/value_reader.h"

namespace banto::conf {

class SectionReader {
 public:
  // Fills `parts` and reports unknown keys immediately. `table` and `context` must outlive the
  // reader.
  SectionReader(std::string_view section, const TomlValue& table, const ReadContext& context,
                const Parts& parts);

  const TomlValue& table() const { return table_; }
  bool Has(std::string_view name) const { return table_.Find(name) != nullptr; }
  // Whether the key is present and its value valid as far as the schema can tell.
  bool Took(std::string_view name) const;
  ValueReader Value(std::string_view name) const;  // requires that the key is present
  bool MayQuote(std::string_view name) const { return Has(name) && Value(name).MayQuote(); }

  // The place of the value, or of the section if the key is absent.
  Place PlaceOf(std::string_view name) const;
  Place PlaceOfItem(std::string_view name, size_t index) const;  // of a list's item
  void Error(std::string_view name, std::string message, std::string hint = {}) const;
  void ErrorAt(const Place& place, std::string message, std::string hint) const;

 private:
  void UnknownKey(const TomlEntry& entry) const;
  void Fill(const KeyRule& rule, const TomlEntry& entry, const Parts& parts);

  std::string_view section_;
  const TomlValue& table_;
  const ReadContext& context_;
  std::vector<std::string_view> taken_;
};

}  // namespace banto::conf

#endif  // BANTO_CONF_SECTION_READER_H_
