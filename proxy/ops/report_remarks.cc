#include "proxy/ops/report_remarks.h"

#include "proxy/ops/log_time.h"

namespace banto::ops {
namespace {

// "1 line was no access line", "3 lines were no access lines"
void Add(uint64_t count, const char* one, const char* several, std::vector<std::string>* remarks) {
  if (count == 0) return;
  remarks->push_back(std::to_string(count) + (count == 1 ? one : several));
}

}  // namespace

std::vector<std::string> ReportRemarks(const Report& report) {
  std::vector<std::string> remarks;
  if (report.begins_ms) {
    remarks.push_back("the log begins at " + ShortTime(*report.begins_ms) +
                      " UTC, and so does the period");
  }
  if (report.ends_ms) remarks.push_back("the log ends at " + ShortTime(*report.ends_ms) + " UTC");
  Add(report.text_lines,
      " line is in the text format, which has no prompt tokens and no money: log.format = \"json\"",
      " lines are in the text format, which has no prompt tokens and no money: log.format = "
      "\"json\"",
      &remarks);
  Add(report.other_lines, " line was no access line", " lines were no access lines", &remarks);
  Add(report.long_lines, " line was too long to be one", " lines were too long to be one",
      &remarks);
  Add(report.refused_values, " value that no exchange can have is left out",
      " values that no exchange can have are left out", &remarks);
  return remarks;
}

}  // namespace banto::ops
