// Parses `--name value` pairs of a command line.
#ifndef BANTO_PERF_COMMON_FLAGS_H_
#define BANTO_PERF_COMMON_FLAGS_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace banto::perf {

class Flags {
 public:
  explicit Flags(std::string about) : about_(std::move(about)) {}

  void Add(std::string name, int64_t* value, std::string help);
  void Add(std::string name, double* value, std::string help);
  void Add(std::string name, std::string* value, std::string help);
  void Add(std::string name, std::vector<std::string>* values,
           std::string help);  // may be repeated

  // Exits after printing the flags, on --help (0) or an unknown word (2).
  void Parse(int argc, char** argv) const;

 private:
  struct Flag {
    std::string name, help, initial;
    std::function<bool(const std::string&)> set;  // false: invalid value
  };
  [[noreturn]] void PrintAndExit(int code) const;

  std::string about_;
  std::vector<Flag> flags_;
};

}  // namespace banto::perf

#endif  // BANTO_PERF_COMMON_FLAGS_H_
