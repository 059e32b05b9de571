#include "proxy/process/command_table.h"

#include <algorithm>

namespace banto {
namespace {

constexpr CommandRule kCommands[] = {
    {Command::kServe, "serve", "URL...", "front these workers at once, without a file"},
    {Command::kRun, "run", "", "run with a config file"},
    {Command::kCheck, "check", "[FILE]",
     "print every error (exit 2) and warning (exit 0) of a config file"},
    {Command::kReport, "report", "[FILE...]",
     "add up access logs (\"-\": stdin): tokens, cost, what was avoided"},
    {Command::kCompletions, "completions", "bash|zsh|fish", "print a shell's completions"},
    {Command::kVersion, "version", "", "print the version"},
    {Command::kHelp, "help", "", "print this"},
};

constexpr std::string_view kFileHelp = "default /etc/banto/banto.toml";

constexpr OptionRule kOptions[] = {
    {Command::kServe, "--listen", "", "ADDRESS", "default 0.0.0.0:8080"},
    {Command::kServe, "--admin", "", "ADDRESS",
     "metrics and status page, default 127.0.0.1:9901; \"\" is none"},
    {Command::kServe, "--redis", "", "URL", "share the cache through Redis: redis://host:6379/0"},
    {Command::kServe, "--ttl", "", "DURATION", "how long an answer is good, default 10m"},
    {Command::kServe, "--no-cache", "", "", "keep no answer"},
    {Command::kServe, "--threads", "", "N", "0 to 1024, default 0: one per CPU"},
    {Command::kServe, "--log-format", "", "text|json", "default: text on a terminal, else json"},
    {Command::kRun, "--config", "-c", "FILE", kFileHelp},
    {Command::kCheck, "--config", "-c", "FILE", kFileHelp},
    {Command::kReport, "--since", "", "TIME", "30d, or 2026-11-01; default: the log's beginning"},
    {Command::kReport, "--fixed-cost", "", "AMOUNT",
     "of the workers a month: where they break even"},
    {Command::kReport, "--log", "", "FILE", "a log, as often as needed; default: log.access"},
    {Command::kReport, "--config", "-c", "FILE", kFileHelp},
    {Command::kReport, "--json", "", "", "the same facts as one JSON object"},
};

// "  banto run [FILE]" or "        --listen ADDRESS", followed by the help in an aligned column.
void AppendRow(std::string words, std::string_view help, std::string* out) {
  constexpr size_t kHelpColumn = 36;
  words.resize(std::max(words.size() + 2, kHelpColumn), ' ');
  out->append(words).append(help).append("\n");
}

}  // namespace

std::span<const CommandRule> CommandRules() { return kCommands; }
std::span<const OptionRule> OptionRules() { return kOptions; }

const CommandRule* FindCommand(std::string_view name) {
  const auto* found = std::find_if(std::begin(kCommands), std::end(kCommands),
                                   [name](const CommandRule& rule) { return rule.name == name; });
  return found == std::end(kCommands) ? nullptr : found;
}

const OptionRule* FindOption(Command command, std::string_view name) {
  const auto* found = std::find_if(std::begin(kOptions), std::end(kOptions),
                                   [command, name](const OptionRule& rule) {
                                     return rule.command == command && !name.empty() &&
                                            (rule.name == name || rule.brief == name);
                                   });
  return found == std::end(kOptions) ? nullptr : found;
}

std::string HelpText() {
  std::string text =
      "banto - load-balancing reverse proxy with a response cache for language-model servers\n\n";
  for (const CommandRule& command : kCommands) {
    std::string words = "  banto ";
    words.append(command.name).append(command.operands.empty() ? "" : " ").append(command.operands);
    AppendRow(words, command.help, &text);
    for (const OptionRule& option : kOptions) {
      if (option.command != command.command) continue;
      std::string row = "        ";
      if (!option.brief.empty()) row.append(option.brief).append(", ");
      row.append(option.name).append(option.value.empty() ? "" : " ").append(option.value);
      AppendRow(row, option.help, &text);
    }
  }
  return text +
         "\nSignals: TERM/INT finish what runs and stop, HUP reload the file, USR1 reopen log "
         "files.\n";
}

}  // namespace banto
