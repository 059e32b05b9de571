// `banto report`: reads access logs and prints what they add up to.
#ifndef BANTO_PROXY_PROCESS_REPORT_COMMAND_H_
#define BANTO_PROXY_PROCESS_REPORT_COMMAND_H_

#include <string>

#include "proxy/process/report_options.h"

namespace banto {

// What to print, or what is wrong.
struct ReportOutcome {
  enum class Kind : uint8_t {
    kPrinted,
    kUnreadable,  // a log
    kNoLog,       // the configuration names none
  };
  Kind kind = Kind::kPrinted;
  std::string text;
};

// `access_log`: where the configuration's access lines go ("stdout", "off" or a file), for options
// that name no log.
ReportOutcome MakeReport(ReportOptions options, const std::string& access_log, int64_t now_ms);

}  // namespace banto

#endif  // BANTO_PROXY_PROCESS_REPORT_COMMAND_H_
