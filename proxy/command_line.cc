#include "proxy/command_line.h"

#include <cstdlib>
#include <map>

#include "conf/edit_distance.h"

namespace banto {
namespace {

const std::map<std::string, Command> kCommands = {
    {"serve", Command::kServe},     {"run", Command::kRun},          {"check", Command::kCheck},
    {"version", Command::kVersion}, {"help", Command::kHelp},        {"--help", Command::kHelp},
    {"-h", Command::kHelp},         {"--version", Command::kVersion}};

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

using Options = std::map<std::string_view, std::string*>;

Options OptionsOf(CommandLine* line, std::string* threads) {
  if (line->command == Command::kServe) {
    return {{"--listen", &line->serve.listen},
            {"--admin", &line->serve.admin_listen},
            {"--redis", &line->serve.redis},
            {"--threads", threads}};
  }
  if (line->command == Command::kRun || line->command == Command::kCheck) {
    return {{"-c", &line->config_file}, {"--config", &line->config_file}};
  }
  return {};
}

// Takes "--name=value" or "--name value" at words[*i]; returns what is wrong, else "".
std::string TakeOption(const Options& options, const std::vector<std::string>& words, size_t* i) {
  const std::string_view word = words[*i];
  const size_t equals = word.find('=');
  const auto option = options.find(word.substr(0, equals));
  if (option == options.end()) {
    std::vector<std::string_view> names;
    for (const auto& [name, value] : options) names.push_back(name);
    return "unknown option \"" + std::string(word) + "\"" + Nearest(word, names);
  }
  if (equals != std::string_view::npos) {
    *option->second = word.substr(equals + 1);
  } else if (*i + 1 < words.size()) {
    *option->second = words[++*i];
  } else {
    return std::string(word) + " needs a value";
  }
  return "";
}

bool ParseThreads(const std::string& text, int* threads) {
  char* end = nullptr;
  const long count = std::strtol(text.c_str(), &end, 10);
  if (*end != '\0' || count < 1 || count > 256) return false;
  *threads = static_cast<int>(count);
  return true;
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
         "  banto check [-c FILE]     print every error of a config file; exit 2 when there is "
         "one\n"
         "  banto version\n"
         "\n"
         "Signals: TERM/INT finish what runs and stop, HUP reload the file, USR1 reopen log "
         "files.\n";
}

CommandLine ParseCommandLine(const std::vector<std::string>& words) {
  CommandLine line;
  if (words.empty()) return line;
  const auto command = kCommands.find(words[0]);
  if (command == kCommands.end()) {
    return Bad("unknown command \"" + words[0] + "\"" +
               Nearest(words[0], {"serve", "run", "check", "version", "help"}));
  }
  line.command = command->second;
  std::string threads;
  const Options options = OptionsOf(&line, &threads);
  for (size_t i = 1; i < words.size(); ++i) {
    const std::string& word = words[i];
    if (word == "--help" || word == "-h") return CommandLine{};
    if (word.starts_with('-')) {
      const std::string error = TakeOption(options, words, &i);
      if (!error.empty()) return Bad(error);
    } else if (line.command == Command::kServe) {
      line.serve.urls.push_back(word);
    } else {
      return Bad("unexpected word \"" + word + "\" after " + words[0]);
    }
  }
  if (!threads.empty() && !ParseThreads(threads, &line.serve.threads)) {
    return Bad("--threads needs a number from 1 to 256, not \"" + threads + "\"");
  }
  if (line.command == Command::kServe && line.serve.urls.empty()) {
    return Bad("serve needs at least one worker: banto serve http://127.0.0.1:8000");
  }
  return line;
}

}  // namespace banto
