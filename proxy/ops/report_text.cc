#include "proxy/ops/report_text.h"

#include <algorithm>
#include <array>

#include "proxy/ops/log_time.h"
#include "proxy/ops/readable.h"
#include "proxy/ops/report_remarks.h"

namespace banto::ops {
namespace {

constexpr size_t kColumns = 8, kNameBytesMax = 40;
constexpr size_t kRowsMax = 30;  // of a table; the rest is in its last row
using Cells = std::array<std::string, kColumns>;

Cells Heading(const char* what) {
  return {what, "requests", "from cache", "prompt", "cached", "answer", "cost", "avoided"};
}

std::string Of(uint64_t part, uint64_t whole) {
  std::string text = ReadableCount(static_cast<double>(part));
  if (part == 0) return text;
  const double share = static_cast<double>(part) / static_cast<double>(whole);
  return text + " (" + ReadablePercent(share) + ")";
}

Cells CellsOf(const ReportRow& row) {
  const auto count = [](uint64_t value) { return ReadableCount(static_cast<double>(value)); };
  const auto amount = [](uint64_t known, double sum) {
    return known == 0 ? std::string("-") : ReadableAmount(sum);
  };
  const ReportSums& sums = row.sums;
  return {ReadableName(row.name, kNameBytesMax),
          count(sums.requests),
          Of(sums.from_cache, sums.requests),
          count(sums.input_tokens),
          count(sums.cached_tokens),
          count(sums.output_tokens),
          amount(sums.costed, sums.cost),
          amount(sums.compared, sums.avoided)};
}

void AddTable(const char* what, const std::vector<ReportRow>& rows, std::vector<Cells>* lines) {
  lines->push_back(Heading(what));
  ReportRow more;
  for (size_t i = 0; i < rows.size(); ++i) {
    if (i < kRowsMax) lines->push_back(CellsOf(rows[i]));
    if (i >= kRowsMax) more.sums.Add(rows[i].sums);
  }
  if (rows.size() > kRowsMax) {
    more.name = "(" + std::to_string(rows.size() - kRowsMax) + " more)";
    lines->push_back(CellsOf(more));
  }
  lines->emplace_back();  // an empty line
}

// Names to the left, numbers to the right, and all tables alike.
std::string Aligned(const std::vector<Cells>& lines) {
  std::array<size_t, kColumns> widths{};
  for (const Cells& cells : lines) {
    for (size_t i = 0; i < kColumns; ++i) widths[i] = std::max(widths[i], cells[i].size());
  }
  std::string text;
  for (const Cells& cells : lines) {
    for (size_t i = 0; i < kColumns && !cells[0].empty(); ++i) {
      const std::string pad(widths[i] - cells[i].size(), ' ');
      text += i == 0 ? cells[i] + pad : "  " + pad + cells[i];
    }
    text += '\n';
  }
  return text;
}

std::string Tables(const Report& report) {
  std::vector<Cells> lines;
  AddTable("model", report.models, &lines);
  AddTable("worker", report.workers, &lines);
  if (!report.keys.empty()) AddTable("key", report.keys, &lines);
  lines.push_back(CellsOf({"sum", report.sum}));
  return Aligned(lines);
}

std::string EvenLine(const BreakEven& even) {
  const std::string none = "break-even: none: ";
  if (!even.per_million) {
    return none +
           "no line says what its tokens would have cost outside; give [[models]] a "
           "reference_price";
  }
  if (!even.tokens_month) {
    const bool free = even.avoided == 0 && even.own_cost == 0;
    return none + (free ? "by these prices the tokens cost nothing outside"
                        : "by these prices the tokens cost no less here than outside");
  }
  std::string text = "break-even: " + ReadableCount(*even.tokens_month) +
                     " tokens a month at this mix (" + ReadableAmount(*even.per_million) +
                     " a million)";
  if (!even.reached) return text;
  return text + "; this period is at " + ReadableCount(*even.tokens_month_now) +
         " a month: " + ReadablePercent(*even.reached);
}

std::string EvenText(const Report& report, const BreakEven& even) {
  std::string text = "\nfixed cost: " + ReadableAmount(even.fixed_month) + " a month, " +
                     ReadableAmount(even.fixed_period) + " for this period\n";
  if (report.compared.compared > 0) {
    text += "avoided in it: " + ReadableAmount(even.avoided);
    if (even.cache_avoided > 0) {
      text += ", " + ReadableAmount(even.cache_avoided) + " of it by the cache";
    }
    if (even.own_cost > 0) {
      text += "; the same answers cost " + ReadableAmount(even.own_cost) + " here";
    }
    text += '\n';
  }
  text += EvenLine(even) + "\n";
  const uint64_t rest = report.sum.tokens() - report.compared.tokens();
  if (rest > 0 && even.per_million) {
    text += ReadableCount(static_cast<double>(rest)) +
            " tokens are not in it: nothing says what they would have cost outside\n";
  }
  return text;
}

}  // namespace

std::string ReportText(const Report& report, const std::optional<BreakEven>& even) {
  const double days = static_cast<double>(report.to_ms - report.from_ms) * 30 / kMonthMs;
  std::string text = ShortTime(report.from_ms) + " to " + ShortTime(report.to_ms) + " UTC, " +
                     ReadableAmount(days) + " days\n\n";
  text += report.sum.requests == 0 ? "no requests\n" : Tables(report);
  if (even && report.sum.requests > 0) text += EvenText(report, *even);
  const std::vector<std::string> remarks = ReportRemarks(report);
  if (!remarks.empty()) text += '\n';
  for (const std::string& remark : remarks) text += remark + "\n";
  return text;
}

}  // namespace banto::ops
