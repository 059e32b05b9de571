// Iterates over the members of a JSON text at any depth, in order, without building anything:
// enough for a simulated engine to understand a request, and for a load client an answer. Assumes
// valid JSON. Pure.
#ifndef BANTO_PERF_COMMON_JSON_FIELDS_H_
#define BANTO_PERF_COMMON_JSON_FIELDS_H_

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace banto::perf {

class JsonFields {
 public:
  explicit JsonFields(std::string_view json) : rest_(json) {}

  // The next string, number or literal; an array's elements appear under the array's key. False at
  // the end, or where the text stops being JSON.
  bool Next();

  std::string_view key() const { return key_; }
  std::string_view value() const { return value_; }  // as written; a string without its quotes
  bool is_string() const { return is_string_; }
  int64_t number(int64_t otherwise) const;

 private:
  bool TakeString(std::string_view* text);
  size_t FindQuote(size_t from) const;
  template <typename IsSkipped>
  void SkipWhile(IsSkipped is_skipped);

  std::string_view rest_, key_, value_;
  bool is_string_ = false;
};

}  // namespace banto::perf

#endif  // BANTO_PERF_COMMON_JSON_FIELDS_H_
