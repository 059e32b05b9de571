#include "conf/text_value.h"

#include <string_view>
#include <utility>

#include "conf/value_parser.h"

namespace banto::conf {
namespace {

// The only variable of a value that expanded to nothing; its name is not a secret.
std::string VariableIn(std::string_view text) {
  const size_t begin = text.find("${") + 2;
  return std::string(text.substr(begin, text.find('}', begin) - begin));
}

}  // namespace

bool ExpandText(const TomlValue& value, ErrorList* errors, std::string* out) {
  std::string expanded, error;
  if (!ExpandEnvironment(value.text, &expanded, &error)) {
    errors->Add(value.place, error, "set it, or write $${ for a literal ${");
    return false;
  }
  if (expanded.empty() && !value.text.empty()) {
    errors->Add(value.place, "the environment variable " + VariableIn(value.text) + " is empty",
                "set it");
    return false;
  }
  if (expanded.find('\0') != std::string::npos) {
    errors->Add(value.place, "the value contains a NUL byte");
    return false;
  }
  *out = std::move(expanded);
  return true;
}

}  // namespace banto::conf
