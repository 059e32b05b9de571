// Collects the errors of one load, with their source lines (redacted). Lives as long as the load;
// main thread.
#ifndef BANTO_CONF_ERROR_LIST_H_
#define BANTO_CONF_ERROR_LIST_H_

#include <string>
#include <string_view>
#include <vector>

#include "conf/config_loader.h"
#include "conf/source_text.h"

namespace banto::conf {

class ErrorList {
 public:
  // `source` may be nullptr (`banto serve` has no file); it must outlive the list.
  explicit ErrorList(const SourceText* source) : source_(source) {}

  // `meant` is the known key that an unknown one was probably meant to be (see redact.h).
  void Add(const Place& place, std::string message, std::string hint = {},
           std::string_view meant = {});

  bool empty() const { return errors_.empty(); }
  std::vector<ConfigError> Take();  // ordered by line, without duplicates

 private:
  const SourceText* source_;
  std::vector<ConfigError> errors_;
};

}  // namespace banto::conf

#endif  // BANTO_CONF_ERROR_LIST_H_
