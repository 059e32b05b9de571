#include "proxy/command_line.h"

#include <cstdlib>
#include <map>

#include "conf/edit_distance.h"

namespace banto {
namespace {

CommandLine Bad(std::string error) {
  CommandLine line;
  line.command = Command::kBad;
  line.error = std::move(error);
  return line;
}

std::string Nearest(std::string_view word, const std::vector<std::string_view>& known) {
  const std::string_view nearest = conf::NearestWord(word, known);
  return nearest.empty() ? "; try: banto help" : "; did you mean " + std::string(nearest) + "?";
}

}  // namespace

const char* HelpText() {
  return "banto - load-balancing reverse proxy with a response cache for language-model servers\n"
         "\n"
         "  banto serve URL...        front these workers at once, without a file\n"
         "        --listen ADDRESS    default 0.0.0.0:8080\n"
         "        --admin ADDRESS     metrics and status page, default 127.0.0.1:9901\n"
         "        --redis URL         share the cache through Redis: redis://host:6379/0\n"
         "        --threads N         default: one per CPU\n"
         "  banto run [-c FILE]       run with a config file, default /etc/banto/banto.toml\n"
         "  banto check [-c FILE]     print every error of a config file; exit 2 when there is one\n"
         "  banto version\n"
         "\n"
         "Signals: TERM/INT finish what runs and stop, HUP reload the file, USR1 reopen log files.\n";
}

CommandLine ParseCommandLine(const std::vector<std::string>& words) {
  static const std::map<std::string, Command> kCommands = {
      {"serve", Command::kServe}, {"run", Command::kRun},   {"check", Command::kCheck},     {"version", Command::kVersion},
      {"help", Command::kHelp},   {"--help", Command::kHelp}, {"-h", Command::kHelp}, {"--version", Command::kVersion}};
  CommandLine line;
  if (words.empty()) return line;
  const auto command = kCommands.find(words[0]);
  if (command == kCommands.end()) return Bad("unknown command \"" + words[0] + "\"" + Nearest(words[0], {"serve", "run", "check", "version", "help"}));
  line.command = command->second;
  std::string threads;
  std::map<std::string, std::string*> options;
  if (line.command == Command::kServe) {
    options = {{"--listen", &line.serve.listen}, {"--admin", &line.serve.admin_listen}, {"--redis", &line.serve.redis}, {"--threads", &threads}};
  } else if (line.command == Command::kRun || line.command == Command::kCheck) {
    options = {{"-c", &line.config_file}, {"--config", &line.config_file}};
  }
  for (size_t i = 1; i < words.size(); ++i) {
    const std::string& word = words[i];
    if (!word.starts_with('-')) {
      if (line.command != Command::kServe) return Bad("unexpected word \"" + word + "\" after " + words[0]);
      line.serve.urls.push_back(word);
      continue;
    }
    if (word == "--help" || word == "-h") return CommandLine{};
    const size_t equals = word.find('=');
    const auto option = options.find(word.substr(0, equals));
    if (option == options.end()) {
      std::vector<std::string_view> names;
      for (const auto& [name, value] : options) names.emplace_back(name);
      return Bad("unknown option \"" + word + "\"" + Nearest(word, names));
    }
    if (equals != std::string::npos) {
      *option->second = word.substr(equals + 1);
    } else if (++i < words.size()) {
      *option->second = words[i];
    } else {
      return Bad(word + " needs a value");
    }
  }
  if (!threads.empty()) {
    char* end = nullptr;
    const long count = std::strtol(threads.c_str(), &end, 10);
    if (*end != '\0' || count < 1 || count > 256) return Bad("--threads needs a number from 1 to 256, not \"" + threads + "\"");
    line.serve.threads = static_cast<int>(count);
  }
  if (line.command == Command::kServe && line.serve.urls.empty()) return Bad("serve needs at least one worker: banto serve http://127.0.0.1:8000");
  return line;
}

}  // namespace banto
