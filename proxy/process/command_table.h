// Every command and option of the program in one table, from which the help, the completions of
// three shells and the parser are made. Constant data.
#ifndef BANTO_PROXY_PROCESS_COMMAND_TABLE_H_
#define BANTO_PROXY_PROCESS_COMMAND_TABLE_H_

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace banto {

enum class Command : uint8_t {
  kServe,
  kRun,
  kCheck,
  kReport,
  kCompletions,
  kVersion,
  kHelp,  // also --help, and no arguments
  kBad,   // an error
};

struct CommandRule {
  Command command;
  std::string_view name;
  std::string_view operands;  // "URL...", "[FILE]", "bash|zsh|fish"; empty: none
  std::string_view help;
};

struct OptionRule {
  Command command;
  std::string_view name;   // "--listen"
  std::string_view brief;  // "-c"; empty: none
  std::string_view value;  // "ADDRESS", "FILE", "text|json"; empty: takes no value
  std::string_view help;
};

std::span<const CommandRule> CommandRules();
std::span<const OptionRule> OptionRules();

const CommandRule* FindCommand(std::string_view name);
const OptionRule* FindOption(Command command, std::string_view name);

std::string HelpText();

}  // namespace banto

#endif  // BANTO_PROXY_PROCESS_COMMAND_TABLE_H_
