#include "proxy/ops/report.h"

#include <algorithm>

namespace banto::ops {

void ReportSums::Add(const LoggedLine& line) {
  ++requests;
  if (line.from_cache()) ++from_cache;
  input_tokens += line.input_tokens.value_or(0);
  cached_tokens += line.cached_tokens.value_or(0);
  output_tokens += line.output_tokens.value_or(0);
  if (line.cost) ++costed;
  if (line.avoided) ++compared;
  cost += line.cost.value_or(0);
  avoided += line.avoided.value_or(0);
}

void ReportSums::Add(const ReportSums& more) {
  requests += more.requests;
  from_cache += more.from_cache;
  input_tokens += more.input_tokens;
  cached_tokens += more.cached_tokens;
  output_tokens += more.output_tokens;
  costed += more.costed;
  compared += more.compared;
  cost += more.cost;
  avoided += more.avoided;
}

void NamedSums::Add(std::string_view name, const LoggedLine& line) {
  const auto found = named_.find(name);
  if (found != named_.end()) return found->second.Add(line);
  if (named_.size() == names_max_) return other_.Add(line);
  named_[std::string(name)].Add(line);
}

std::vector<ReportRow> NamedSums::Rows() const {
  std::vector<ReportRow> rows;
  for (const auto& [name, sums] : named_) rows.push_back({name.empty() ? "(none)" : name, sums});
  std::sort(rows.begin(), rows.end(), [](const ReportRow& a, const ReportRow& b) {
    return a.sums.requests != b.sums.requests ? a.sums.requests > b.sums.requests : a.name < b.name;
  });
  if (other_.requests > 0) rows.push_back({"(other)", other_});
  return rows;
}

void ReportBuilder::AddLine(std::string_view text) {
  switch (ReadLoggedLine(text, &line_)) {
    case LineKind::kAccess:
      return AddAccess();
    case LineKind::kTextAccess:
      ++report_.text_lines;
      return;
    case LineKind::kOther:
      ++report_.other_lines;
  }
}

void ReportBuilder::AddAccess() {
  first_ms_ = std::min(first_ms_.value_or(line_.at_ms), line_.at_ms);
  last_ms_ = std::max(last_ms_.value_or(line_.at_ms), line_.at_ms);
  if (since_ms_ && line_.at_ms < *since_ms_) {
    ++report_.earlier_lines;
    return;
  }
  report_.refused_values += static_cast<uint64_t>(line_.values_refused);
  report_.sum.Add(line_);
  if (line_.avoided) report_.compared.Add(line_);
  if (line_.from_cache()) report_.cache_avoided += line_.avoided.value_or(0);
  models_.Add(line_.model, line_);
  // The line of a hit names the worker that wrote the answer then.
  workers_.Add(line_.from_cache() ? std::string_view("(cache)") : line_.worker, line_);
  if (!line_.key.empty()) keys_.Add(line_.key, line_);
}

Report ReportBuilder::Finish(int64_t now_ms) {
  Report report = report_;
  report.models = models_.Rows();
  report.workers = workers_.Rows();
  report.keys = keys_.Rows();
  if (!since_ms_) {
    report.from_ms = first_ms_.value_or(now_ms);
    report.to_ms = last_ms_.value_or(now_ms);
    return report;
  }
  report.from_ms = std::max(*since_ms_, first_ms_.value_or(*since_ms_));
  report.to_ms = std::max(now_ms, report.from_ms);
  if (!first_ms_) return report;
  if (*first_ms_ > *since_ms_) report.begins_ms = first_ms_;
  // What is written now ends a moment ago; an old log ends earlier by a good part of the period.
  constexpr int64_t kParts = 10;
  if (report.to_ms - *last_ms_ > (report.to_ms - report.from_ms) / kParts) {
    report.ends_ms = last_ms_;
  }
  return report;
}

}  // namespace banto::ops
