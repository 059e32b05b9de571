// Reads the keys of one table by the schema: type, range and spelling are checked here, and a value
// that is missing or wrong leaves `*out` (the default) alone. Lives for one load; main thread.
#ifndef BANTO_CONF_SECTION_READER_H_
#define BANTO_CONF_SECTION_READER_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "conf/error_list.h"
#include "conf/schema.h"
#include "conf/toml_value.h"

namespace banto::conf {

class SectionReader {
 public:
  // `base_dir` is where relative paths begin. All three must outlive the reader. Reports unknown
  // keys at once.
  SectionReader(std::string_view section, const TomlValue& table, const std::string& base_dir,
                ErrorList* errors);

  const TomlValue& table() const { return table_; }
  bool Has(std::string_view name) const { return table_.Find(name) != nullptr; }
  // The place of the value, of the section when the key is not there.
  Place PlaceOf(std::string_view name) const;
  void Error(std::string_view name, std::string message, std::string hint = {}) const;
  void ErrorAt(const Place& place, std::string message, std::string hint) const;

  // Each returns true when it set `*out`.
  bool Text(std::string_view name, std::string* out) const;  // ${ENV} replaced
  bool Boolean(std::string_view name, bool* out) const;
  bool Integer(std::string_view name, int* out) const;
  bool Duration(std::string_view name, int64_t* ms) const;
  bool Size(std::string_view name, uint64_t* bytes) const;
  bool Texts(std::string_view name, std::vector<std::string>* out) const;
  bool TextTable(std::string_view name,
                 std::vector<std::pair<std::string, std::string>>* out) const;
  bool File(std::string_view name, std::string* path) const;  // readable, made absolute to base_dir
  bool SecretFile(std::string_view name, std::string* out) const;  // its one line

  // The enums of config.h stand in the order of the schema's choices.
  template <typename Enum>
  bool Choice(std::string_view name, Enum* out) const {
    const int index = ChoiceIndex(name);
    if (index >= 0) *out = static_cast<Enum>(index);
    return index >= 0;
  }

  // True when an error may quote the value: no secret, and nothing from the environment.
  bool MayQuote(std::string_view name) const;

 private:
  void CheckKnown() const;
  void UnknownKey(const TomlEntry& entry) const;
  const TomlValue* Value(std::string_view name, TomlValue::Type type) const;
  void WrongType(const KeyRule& rule, const TomlValue& value) const;
  void OutOfRange(const KeyRule& rule, const TomlValue& value) const;
  bool Quantity(std::string_view name, int64_t* out) const;
  bool Expand(const TomlValue& value, std::string* out) const;
  void FileError(std::string_view name, const std::string& path, std::string error) const;
  int ChoiceIndex(std::string_view name) const;

  std::string_view section_;
  const TomlValue& table_;
  const std::string& base_dir_;
  ErrorList* errors_;
};

}  // namespace banto::conf

#endif  // BANTO_CONF_SECTION_READER_H_
