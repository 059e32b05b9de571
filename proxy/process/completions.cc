#include "proxy/process/completions.h"

#include <algorithm>

#include "proxy/process/command_table.h"

namespace banto {
namespace {

bool IsChoice(std::string_view value) { return value.find('|') != value.npos; }

bool IsFile(std::string_view value) { return value.find("FILE") != value.npos; }

// "text|json" as a list of words.
std::string Words(std::string_view choices) {
  std::string words(choices);
  std::replace(words.begin(), words.end(), '|', ' ');
  return words;
}

std::string CommandNames() {
  std::string names;
  for (const CommandRule& rule : CommandRules()) {
    names.append(names.empty() ? "" : " ").append(rule.name);
  }
  return names;
}

std::string OptionNames(Command command) {
  std::string names;
  for (const OptionRule& rule : OptionRules()) {
    if (rule.command != command) continue;
    names.append(names.empty() ? "" : " ").append(rule.name);
    if (!rule.brief.empty()) names.append(" ").append(rule.brief);
  }
  return names;
}

// Completions for a value: compgen's arguments; empty if there is nothing to suggest.
std::string BashValue(std::string_view value) {
  if (IsChoice(value)) return "-W '" + Words(value) + "'";
  return IsFile(value) ? "-f" : "";
}

std::string BashReply(const std::string& arguments) {
  return "COMPREPLY+=($(compgen " + arguments + " -- \"$word\"))";
}

// Completes the values of options.
std::string BashValues(Command command) {
  std::string cases;
  for (const OptionRule& option : OptionRules()) {
    if (option.command != command || option.value.empty()) continue;
    const std::string value = BashValue(option.value);
    cases.append("        ").append(option.name);
    if (!option.brief.empty()) cases.append("|").append(option.brief);
    cases.append(")")
        .append(value.empty() ? "" : " " + BashReply(value) + ";")
        .append(" return ;;\n");
  }
  return cases.empty() ? "" : "      case $before in\n" + cases + "      esac\n";
}

std::string Bash() {
  std::string text =
      "# bash completions of banto: banto completions bash\n"
      "_banto() {\n"
      "  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]}\n"
      "  COMPREPLY=()\n"
      "  if ((COMP_CWORD == 1)); then\n"
      "    " +
      BashReply("-W '" + CommandNames() + "'") +
      "\n    return\n"
      "  fi\n"
      "  case ${COMP_WORDS[1]} in\n";
  for (const CommandRule& command : CommandRules()) {
    const std::string options = OptionNames(command.command);
    const std::string operands = BashValue(command.operands);
    text.append("    ").append(command.name).append(")\n") += BashValues(command.command);
    if (!operands.empty()) text += "      " + BashReply(operands) + "\n";
    if (!options.empty()) text += "      " + BashReply("-W '" + options + "'") + "\n";
    text += "      ;;\n";
  }
  return text + "  esac\n}\ncomplete -o filenames -F _banto banto\n";
}

// Escapes text for single quotes in a spec of _arguments or _describe.
std::string ZshText(std::string_view help) {
  std::string text;
  for (const char c : help) {
    if (c == '\'') {
      text += "'\\''";
    } else {
      if (c == ':' || c == '[' || c == ']' || c == '\\') text += '\\';
      text += c;
    }
  }
  return text;
}

std::string ZshValue(std::string_view value) {
  if (IsChoice(value)) return ":value:(" + Words(value) + ")";
  return IsFile(value) ? ":file:_files" : ":" + std::string(value) + ":";
}

std::string Zsh() {
  std::string text =
      "#compdef banto\n# zsh completions of banto: banto completions zsh\n_banto() {\n"
      "  local -a commands=(\n";
  for (const CommandRule& command : CommandRules()) {
    text.append("    '").append(command.name).append(":").append(ZshText(command.help)) += "'\n";
  }
  text +=
      "  )\n"
      "  if (( CURRENT == 2 )); then _describe command commands; return; fi\n"
      "  shift words; (( CURRENT-- ))\n"
      "  case $words[1] in\n";
  for (const CommandRule& command : CommandRules()) {
    text.append("    ").append(command.name).append(") _arguments");
    for (const OptionRule& option : OptionRules()) {
      if (option.command != command.command) continue;
      const std::string spec = "[" + ZshText(option.help) + "]" +
                               (option.value.empty() ? "" : ZshValue(option.value)) + "'";
      text.append(" \\\n      '").append(option.name) += spec;
      if (!option.brief.empty()) text.append(" \\\n      '").append(option.brief) += spec;
    }
    if (!command.operands.empty()) text += " \\\n      '*" + ZshValue(command.operands) + "'";
    text += " ;;\n";
  }
  return text +
         "  esac\n}\nif [[ $funcstack[1] == _banto ]]; then _banto \"$@\"; else compdef "
         "_banto banto; fi\n";
}

std::string FishText(std::string_view help) {
  std::string text;
  for (const char c : help) {
    if (c == '\'' || c == '\\') text += '\\';
    text += c;
  }
  return text;
}

// Files or choices, whichever the value is; otherwise nothing.
std::string FishValue(std::string_view value) {
  if (IsChoice(value)) return " -x -a '" + Words(value) + "'";
  return IsFile(value) ? " -r -F" : " -x";
}

std::string Fish() {
  std::string text = "# fish completions of banto: banto completions fish\ncomplete -c banto -f\n";
  for (const CommandRule& command : CommandRules()) {
    const std::string name(command.name);
    text += "complete -c banto -n __fish_use_subcommand -a " + name + " -d '" +
            FishText(command.help) + "'\n";
    const std::string line = "complete -c banto -n '__fish_seen_subcommand_from " + name + "'";
    for (const OptionRule& option : OptionRules()) {
      if (option.command != command.command) continue;
      text += line + " -l " + std::string(option.name.substr(2));
      if (!option.brief.empty()) text += " -s " + std::string(option.brief.substr(1));
      if (!option.value.empty()) text += FishValue(option.value);
      text += " -d '" + FishText(option.help) + "'\n";
    }
    if (IsFile(command.operands)) text += line + " -F\n";
    if (IsChoice(command.operands)) text += line + " -a '" + Words(command.operands) + "'\n";
  }
  return text;
}

}  // namespace

std::string Completions(std::string_view shell) {
  if (shell == "bash") return Bash();
  if (shell == "zsh") return Zsh();
  return shell == "fish" ? Fish() : std::string();
}

}  // namespace banto
