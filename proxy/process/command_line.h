// Parses and checks the command line. Pure.
#ifndef BANTO_PROXY_PROCESS_COMMAND_LINE_H_
#define BANTO_PROXY_PROCESS_COMMAND_LINE_H_

#include <string>
#include <vector>

#include "conf/config_loader.h"
#include "proxy/process/command_table.h"
#include "proxy/process/report_options.h"

namespace banto {

struct CommandLine {
  Command command = Command::kHelp;
  std::string config_file = "/etc/banto/banto.toml";
  conf::ServeOptions serve;
  ReportOptions report;
  std::string shell;  // kCompletions
  std::string error;  // kBad: what is wrong and what to do
};

CommandLine ParseCommandLine(const std::vector<std::string>& words);

}  // namespace banto

#endif  // BANTO_PROXY_PROCESS_COMMAND_LINE_H_
