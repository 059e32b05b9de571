#include "perf/common/flags.h"

#include <charconv>
#include <cstdio>
#include <cstdlib>

namespace banto::perf {
namespace {

template <typename Number>
bool ParseWhole(const std::string& text, Number* value) {
  const char* end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, *value);
  return result.ec == std::errc() && result.ptr == end;
}

}  // namespace

void Flags::Add(std::string name, int64_t* value, std::string help) {
  flags_.push_back({std::move(name), std::move(help), std::to_string(*value),
                    [value](const std::string& text) { return ParseWhole(text, value); }});
}

void Flags::Add(std::string name, double* value, std::string help) {
  char initial[32];
  std::snprintf(initial, sizeof(initial), "%g", *value);
  flags_.push_back({std::move(name), std::move(help), initial,
                    [value](const std::string& text) { return ParseWhole(text, value); }});
}

void Flags::Add(std::string name, std::string* value, std::string help) {
  flags_.push_back({std::move(name), std::move(help), *value, [value](const std::string& text) {
                      *value = text;
                      return true;
                    }});
}

void Flags::Add(std::string name, std::vector<std::string>* values, std::string help) {
  flags_.push_back({std::move(name), std::move(help), "", [values](const std::string& text) {
                      values->push_back(text);
                      return true;
                    }});
}

void Flags::Parse(int argc, char** argv) const {
  for (int i = 1; i < argc; i += 2) {
    const std::string word = argv[i];
    if (word == "--help") PrintAndExit(0);
    const Flag* found = nullptr;
    for (const Flag& flag : flags_) {
      if ("--" + flag.name == word) found = &flag;
    }
    if (found == nullptr || i + 1 == argc || !found->set(argv[i + 1])) {
      std::fprintf(stderr, "not understood: %s %s\n", argv[i], i + 1 < argc ? argv[i + 1] : "");
      PrintAndExit(2);
    }
  }
}

void Flags::PrintAndExit(int code) const {
  std::FILE* out = code == 0 ? stdout : stderr;
  std::fprintf(out, "%s\n", about_.c_str());
  for (const Flag& flag : flags_) {
    std::fprintf(out, "  --%-18s %s%s%s%s\n", flag.name.c_str(), flag.help.c_str(),
                 flag.initial.empty() ? "" : " (", flag.initial.c_str(),
                 flag.initial.empty() ? "" : ")");
  }
  std::exit(code);
}

}  // namespace banto::perf
