#include "proxy/process/report_command.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "proxy/ops/break_even.h"
#include "proxy/ops/log_reader.h"
#include "proxy/ops/report.h"
#include "proxy/ops/report_json.h"
#include "proxy/ops/report_text.h"

namespace banto {
namespace {

class Summing final : public ops::LineSink {
 public:
  explicit Summing(ops::ReportBuilder* builder) : builder_(builder) {}
  void OnLine(std::string_view line) override { builder_->AddLine(line); }
  void OnLongLine() override { builder_->AddLongLine(); }

 private:
  ops::ReportBuilder* const builder_;
};

// Returns what went wrong, or "".
std::string ReadFile(const std::string& name, ops::LineSink* sink) {
  if (name == "-") return ops::ReadLog(STDIN_FILENO, sink);
  const int fd = open(name.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return std::strerror(errno);
  std::string error = ops::ReadLog(fd, sink);
  close(fd);
  return error;
}

std::string WhyNoLog(const std::string& access_log) {
  if (access_log == "off") return "the configuration writes no access log: log.access is \"off\"";
  if (access_log != "stdout") return "";
  return "the configuration's access lines go to stdout: pipe them, for instance: journalctl -u "
         "banto -o cat | banto report --log -";
}

}  // namespace

ReportOutcome MakeReport(ReportOptions options, const std::string& access_log, int64_t now_ms) {
  using Kind = ReportOutcome::Kind;
  if (options.logs.empty()) {
    const std::string why = WhyNoLog(access_log);
    if (!why.empty()) return {Kind::kNoLog, why};
    options.logs.push_back(access_log);
  }
  std::optional<int64_t> since_ms = options.since_unix_ms;
  if (options.since_ago_ms) since_ms = now_ms - *options.since_ago_ms;
  ops::ReportBuilder builder(since_ms);
  Summing sink(&builder);
  for (const std::string& log : options.logs) {
    const std::string error = ReadFile(log, &sink);
    if (error.empty()) continue;
    return {Kind::kUnreadable, std::string("cannot read ").append(log).append(": ").append(error)};
  }
  const ops::Report report = builder.Finish(now_ms);
  std::optional<ops::BreakEven> even;
  if (options.fixed_cost) even = ops::BreakEvenOf(report, *options.fixed_cost);
  return {Kind::kPrinted,
          options.json ? ops::ReportJson(report, even) + "\n" : ops::ReportText(report, even)};
}

}  // namespace banto
