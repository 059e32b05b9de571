#include "proxy/process/command_line.h"

#include <cstdlib>
#include <set>

#include "conf/edit_distance.h"
#include "conf/schema.h"
#include "conf/type_advice.h"
#include "proxy/process/completions.h"

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

// Parses one command line. Lives for one call.
class Parser {
 public:
  explicit Parser(const std::vector<std::string>& words) : words_(words) {}

  CommandLine Parse() {
    const CommandRule* command = FindCommand(words_[0]);
    if (command == nullptr) {
      std::vector<std::string_view> names;
      for (const CommandRule& rule : CommandRules()) names.push_back(rule.name);
      return Bad("unknown command \"" + words_[0] + "\"" + Nearest(words_[0], names));
    }
    line_.command = command->command;
    for (size_t i = 1; i < words_.size(); ++i) {
      const std::string& word = words_[i];
      if (word == "--help" || word == "-h") return CommandLine{};
      const bool option = word.starts_with('-') && word != "-";
      const std::string error = option ? TakeOption(&i) : TakeOperand(word);
      if (!error.empty()) return Bad(error);
    }
    const std::string missing = Missing();
    return missing.empty() ? std::move(line_) : Bad(missing);
  }

 private:
  // Takes "--name=value", "--name value" or "--name" at words_[*i]; returns an error message or "".
  std::string TakeOption(size_t* i) {
    const std::string_view word = words_[*i];
    const size_t equals = word.find('=');
    const OptionRule* option = FindOption(line_.command, word.substr(0, equals));
    if (option == nullptr) {
      std::vector<std::string_view> names;
      for (const OptionRule& rule : OptionRules()) {
        if (rule.command == line_.command) names.push_back(rule.name);
      }
      // The part after the "=" may be a secret.
      const std::string_view name = word.substr(0, equals);
      return "unknown option \"" + std::string(name) + "\"" + Nearest(name, names);
    }
    const bool has_value = equals != std::string_view::npos;
    if (option->value.empty()) {
      if (has_value) return std::string(option->name) + " takes no value";
      return Set(option->name, "");
    }
    if (has_value) return Set(option->name, std::string(word.substr(equals + 1)));
    if (*i + 1 == words_.size()) return std::string(word) + " needs a value";
    return Set(option->name, words_[++*i]);
  }

  std::string Set(std::string_view name, const std::string& value) {
    conf::ServeOptions& serve = line_.serve;
    if (name == "--log") return TakeLog(value, &line_.report);
    if (!given_.insert(name).second) return std::string(name) + " is given twice";
    if (name == "--config") line_.config_file = value;
    if (name == "--listen") serve.listen = value;
    if (name == "--admin") serve.admin_listen = value;
    if (name == "--redis") serve.redis = value;
    if (name == "--ttl") serve.ttl = value;
    if (name == "--no-cache") serve.no_cache = true;
    if (name == "--threads") return SetThreads(value);
    if (name == "--log-format") return SetLogFormat(value);
    if (name == "--since") return TakeSince(value, &line_.report);
    if (name == "--fixed-cost") return TakeFixedCost(value, &line_.report);
    if (name == "--json") line_.report.json = true;
    return "";
  }

  std::string SetThreads(const std::string& text) {
    char* end = nullptr;
    const long count = std::strtol(text.c_str(), &end, 10);
    const conf::KeyRule& rule = *conf::FindRule("", "threads");
    if (text.empty() || *end != '\0' || count < rule.min || count > rule.max) {
      return "--threads needs a whole number, " + conf::DescribeRange(rule) + ", not \"" + text +
             "\"";
    }
    line_.serve.threads = static_cast<int>(count);
    return "";
  }

  std::string SetLogFormat(const std::string& text) {
    if (text != "text" && text != "json") {
      return "--log-format is text or json, not \"" + text + "\"";
    }
    using Format = conf::Log::Format;
    line_.serve.log_format = text == "text" ? Format::kText : Format::kJson;
    return "";
  }

  std::string TakeOperand(const std::string& word) {
    switch (line_.command) {
      case Command::kServe:
        if (word.ends_with(".toml")) {
          return "serve takes urls of workers; did you mean run -c " + word + "?";
        }
        line_.serve.urls.push_back(word);
        return "";
      case Command::kCheck:
        return Set("--config", word);
      case Command::kReport:
        return TakeLog(word, &line_.report);
      case Command::kCompletions:
        if (!line_.shell.empty()) break;
        if (Completions(word).empty()) {
          return "completions are there for bash, zsh and fish, not for \"" + word + "\"";
        }
        line_.shell = word;
        return "";
      default:
        break;
    }
    const std::string wrong = "unexpected word \"" + word + "\" after " + words_[0];
    return line_.command == Command::kRun ? wrong + "; did you mean -c " + word + "?" : wrong;
  }

  std::string Missing() const {
    if (line_.command == Command::kServe && line_.serve.urls.empty()) {
      return "serve needs at least one worker: banto serve http://127.0.0.1:8000";
    }
    if (line_.command == Command::kCompletions && line_.shell.empty()) {
      return "completions needs a shell: bash, zsh or fish";
    }
    return "";
  }

  const std::vector<std::string>& words_;
  CommandLine line_;
  std::set<std::string_view> given_;
};

}  // namespace

CommandLine ParseCommandLine(const std::vector<std::string>& words) {
  if (words.empty() || words[0] == "--help" || words[0] == "-h") return CommandLine{};
  if (words[0] != "--version") return Parser(words).Parse();
  CommandLine version;
  version.command = Command::kVersion;
  return version;
}

}  // namespace banto
