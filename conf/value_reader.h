// Reads one value according to its row of the schema: checks type, range and spelling. Errors are
// reported and leave `*out` (the default) unchanged. Lives for one load; main thread.
#ifndef BANTO_CONF_VALUE_READER_H_
#define BANTO_CONF_VALUE_READER_H_

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "conf/error_list.h"
#include "conf/schema.h"
#include "conf/toml_value.h"

namespace banto::conf {

// What every section needs during a load.
struct ReadContext {
  std::string base_dir;  // base of relative paths
  ErrorList* errors;
};

class ValueReader {
 public:
  // All three must outlive the reader.
  ValueReader(const KeyRule& rule, const TomlValue& value, const ReadContext& context)
      : rule_(rule), value_(value), context_(context) {}

  // Each returns whether it set its target. Urls and networks are left to the section's code.
  bool Fill(const Member& member) const;
  bool Text(std::string* out) const;  // with ${ENV} expanded
  bool Texts(std::vector<std::string>* out) const;
  bool SecretFile(std::string* out) const;  // its only line

  // Whether errors may quote the value: it is not secret and nothing comes from the environment.
  bool MayQuote() const;

 private:
  bool Take(bool* out) const;
  bool Take(std::optional<bool>* out) const;
  bool Take(int* out) const;
  bool Take(int64_t* out) const;
  bool Take(uint64_t* out) const;
  bool Take(double* out) const;
  bool Take(std::string* out) const;
  bool Take(std::vector<std::string>* out) const { return Texts(out); }
  bool Take(Headers* out) const;
  template <typename Other>
  bool Take(Other* out) const;

  void Error(std::string message, std::string hint = {}) const;
  void OutOfRange() const;
  void FileError(const std::string& path, std::string error) const;
  bool Is(TomlValue::Type type) const;
  bool IsPlanned() const;
  bool File(std::string* path) const;  // readable, made absolute
  int ChoiceIndex() const;

  const KeyRule& rule_;
  const TomlValue& value_;
  const ReadContext& context_;
};

}  // namespace banto::conf

#endif  // BANTO_CONF_VALUE_READER_H_
