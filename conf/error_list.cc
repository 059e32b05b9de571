#include "conf/error_list.h"

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>

#include "conf/redact.h"

namespace banto::conf {

void ErrorList::Add(const Place& place, std::string message, std::string hint,
                    std::string_view meant) {
  ConfigError error;
  if (source_ != nullptr) error.file = source_->file_name();
  error.message = std::move(message);
  error.hint = std::move(hint);
  if (place.line > 0 && source_ != nullptr) {
    error.line = place.line;
    error.column = place.column;
    const Statement* statement = source_->StatementAt(place.line);
    error.source_line = statement == nullptr
                            ? std::string(source_->Line(place.line))
                            : RedactedLine(*source_, *statement, place.line, meant);
    // A value that continues on the next line is underlined to the end of its first.
    const int left = static_cast<int>(error.source_line.size()) - place.column + 1;
    error.underline_size = std::clamp(place.size, 1, std::max(1, left));
  }
  errors_.push_back(std::move(error));
}

std::vector<ConfigError> ErrorList::Take() {
  std::set<std::tuple<int, int, std::string>> seen;
  std::erase_if(errors_, [&seen](const ConfigError& error) {
    return !seen.emplace(error.line, error.column, error.message).second;
  });
  std::stable_sort(errors_.begin(), errors_.end(), [](const ConfigError& a, const ConfigError& b) {
    return std::tie(a.line, a.column) < std::tie(b.line, b.column);
  });
  return std::exchange(errors_, {});
}

}  // namespace banto::conf
