// `--name value` words of a command line. At start-up only.
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

  // Ends the program with the list of flags after --help (0) or a word that it does not know (2).
  void Parse(int argc, char** argv) const;

 private:
  struct Flag {
    std::string name, help, initial;
    std::function<bool(const std::string&)> set;  // false: no such value
  };
  [[noreturn]] void PrintAndExit(int code) const;

  std::string about_;
  std::vector<Flag> flags_;
};

}  // namespace banto::perf

#endif  // BANTO_PERF_COMMON_FLAGS_H_
