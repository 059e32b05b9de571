// What the lines of an access log add up to: requests, tokens and money by model, by worker and by
// key. Memory does not grow with the log. Pure; not thread-safe.
#ifndef BANTO_PROXY_OPS_REPORT_H_
#define BANTO_PROXY_OPS_REPORT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "proxy/ops/logged_line.h"

namespace banto::ops {

struct ReportSums {
  uint64_t requests = 0, from_cache = 0;
  uint64_t input_tokens = 0, cached_tokens = 0, output_tokens = 0;
  uint64_t costed = 0, compared = 0;  // requests whose lines say what they cost, what they avoided
  double cost = 0, avoided = 0;

  void Add(const LoggedLine& line);
  void Add(const ReportSums& more);
  uint64_t tokens() const { return input_tokens + output_tokens; }
};

struct ReportRow {
  std::string name;
  ReportSums sums;
};

struct Report {
  int64_t from_ms = 0, to_ms = 0;  // the period
  // Those with most requests first.
  std::vector<ReportRow> models, workers, keys;
  ReportSums sum;
  ReportSums compared;       // of lines that say what was avoided
  double cache_avoided = 0;  // of what was avoided: by answers from the cache
  // Lines that are in no sum.
  uint64_t other_lines = 0, text_lines = 0, long_lines = 0, earlier_lines = 0;
  uint64_t refused_values = 0;
  std::optional<int64_t> begins_ms, ends_ms;  // the log, if it does not reach as far as the period
};

// Sums of at most so many names; what comes after them is "(other)".
class NamedSums {
 public:
  explicit NamedSums(size_t names_max) : names_max_(names_max) {}
  void Add(std::string_view name, const LoggedLine& line);
  std::vector<ReportRow> Rows() const;

 private:
  struct Hash {
    using is_transparent = void;
    size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };
  const size_t names_max_;
  std::unordered_map<std::string, ReportSums, Hash, std::equal_to<>> named_;
  ReportSums other_;
};

class ReportBuilder {
 public:
  static constexpr size_t kNamesMax = 1000;
  // Lines before `since_ms` are left out; none: all count.
  explicit ReportBuilder(std::optional<int64_t> since_ms) : since_ms_(since_ms) {}

  void AddLine(std::string_view text);
  void AddLongLine() { ++report_.long_lines; }
  Report Finish(int64_t now_ms);

 private:
  void AddAccess();

  const std::optional<int64_t> since_ms_;
  std::optional<int64_t> first_ms_, last_ms_;  // of all access lines
  LoggedLine line_;
  NamedSums models_{kNamesMax}, workers_{kNamesMax}, keys_{kNamesMax};
  Report report_;
};

}  // namespace banto::ops

#endif  // BANTO_PROXY_OPS_REPORT_H_
