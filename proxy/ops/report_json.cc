#include "proxy/ops/report_json.h"

#include <cmath>

#include "proxy/ops/access_line.h"
#include "proxy/ops/readable.h"
#include "proxy/ops/report_remarks.h"

namespace banto::ops {
namespace {

// A log's amounts are billionths: what lies below is the sum's rounding.
double Amount(double sum) {
  constexpr double kPerUnit = 1e9;
  return std::round(sum * kPerUnit) / kPerUnit;
}

void AppendSums(const ReportSums& sums, JsonLine* line) {
  line->Number("requests", sums.requests);
  line->Number("from_cache", sums.from_cache);
  line->Number("input_tokens", sums.input_tokens);
  line->Number("cached_tokens", sums.cached_tokens);
  line->Number("output_tokens", sums.output_tokens);
  if (sums.costed > 0) line->Number("cost", Amount(sums.cost));
  if (sums.compared > 0) line->Number("avoided", Amount(sums.avoided));
}

void AppendRows(const char* name, const std::vector<ReportRow>& rows, std::string* out) {
  out->append("\"").append(name).append("\":[");
  for (const ReportRow& row : rows) {
    if (&row != rows.data()) out->push_back(',');
    JsonLine line(out);
    line.Text("name", row.name);
    AppendSums(row.sums, &line);
    line.Close();
  }
  out->append("],");
}

void AppendEven(const BreakEven& even, std::string* out) {
  out->append("\"break_even\":");
  JsonLine line(out);
  const auto number = [&line](const char* key, const std::optional<double>& value) {
    if (value) line.Number(key, *value);
  };
  number("fixed_cost_month", even.fixed_month);
  number("fixed_cost_period", even.fixed_period);
  number("avoided", Amount(even.avoided));
  number("cache_avoided", Amount(even.cache_avoided));
  number("own_cost", Amount(even.own_cost));
  number("per_million_tokens", even.per_million);
  number("tokens_month", even.tokens_month);
  number("tokens_month_now", even.tokens_month_now);
  number("reached", even.reached);
  line.Close();
  out->push_back(',');
}

void AppendPeriod(const Report& report, std::string* out) {
  JsonLine line(out);
  line.Time("from", report.from_ms * 1000);
  line.Time("to", report.to_ms * 1000);
  if (report.begins_ms) line.Time("log_begins", *report.begins_ms * 1000);
  if (report.ends_ms) line.Time("log_ends", *report.ends_ms * 1000);
  line.Number("earlier_lines", report.earlier_lines);
  line.Number("text_lines", report.text_lines);
  line.Number("other_lines", report.other_lines);
  line.Number("long_lines", report.long_lines);
  line.Number("refused_values", report.refused_values);
  out->push_back(',');
}

}  // namespace

std::string ReportJson(const Report& report, const std::optional<BreakEven>& even) {
  std::string text;
  AppendPeriod(report, &text);
  AppendRows("models", report.models, &text);
  AppendRows("workers", report.workers, &text);
  AppendRows("keys", report.keys, &text);
  text += "\"sum\":";
  JsonLine sum(&text);
  AppendSums(report.sum, &sum);
  sum.Close();
  text += ',';
  if (even) AppendEven(*even, &text);
  text += "\"remarks\":[";
  const std::vector<std::string> remarks = ReportRemarks(report);
  for (const std::string& remark : remarks) {
    if (&remark != remarks.data()) text += ',';
    json::AppendJsonString(remark, &text);
  }
  return AsciiJson(text + "]}");
}

}  // namespace banto::ops
