// The words of the command line, parsed and judged. Pure.
#ifndef BANTO_PROXY_COMMAND_LINE_H_
#define BANTO_PROXY_COMMAND_LINE_H_

#include <string>
#include <vector>

#include "conf/config_loader.h"

namespace banto {

enum class Command : uint8_t {
  kServe,    // banto serve URL… [--listen A] [--admin A] [--redis URL] [--threads N]
  kRun,      // banto run [-c FILE]
  kCheck,    // banto check [-c FILE]
  kVersion,  // banto version
  kHelp,     // banto help, --help, no words
  kBad,      // a mistake; `error` says which and what to do
};

struct CommandLine {
  Command command = Command::kHelp;
  std::string config_file = "/etc/banto/banto.toml";
  conf::ServeOptions serve;
  std::string error;
};

CommandLine ParseCommandLine(const std::vector<std::string>& words);
const char* HelpText();

}  // namespace banto

#endif  // BANTO_PROXY_COMMAND_LINE_H_
