// Turns TOML into a Config or into errors with file:line:col, source line, caret and advice: either
// the first syntax error, or everything that violates the schema. Start-up and reload only (main
// thread).
#ifndef BANTO_CONF_CONFIG_LOADER_H_
#define BANTO_CONF_CONFIG_LOADER_H_

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "conf/config.h"

namespace banto::conf {

struct ConfigError {
  std::string file;
  int line = 0, column = 0;  // 1-based; 0: the entire file
  std::string message;       // "unknown key \"max_inflight\""
  std::string hint;          // "did you mean \"max_in_flight\"?"; may be empty
  std::string source_line;   // the offending line
  int underline_size = 1;    // columns to underline
};

struct LoadResult {
  std::shared_ptr<const Config> config;  // nullptr if there are errors
  std::vector<ConfigError> errors;       // ordered by line
  std::vector<ConfigError> warnings;     // the same, of a config without errors
};

LoadResult LoadConfigFile(const std::string& path);
LoadResult LoadConfigText(std::string_view text, const std::string& file_name);

// The framed errors as `banto check` prints them, followed by "N errors.".
std::string FormatErrors(const std::vector<ConfigError>& errors);
std::string FormatWarnings(const std::vector<ConfigError>& warnings);
// One error as a line for the log: "banto.toml:9:1: … (advice)".
std::string DescribeError(const ConfigError& error);

// The configuration of `banto serve`: worker URLs and the few options of that command. Errors carry
// no line.
struct ServeOptions {
  std::vector<std::string> urls;
  std::string listen, redis, ttl;           // empty: the default
  std::optional<std::string> admin_listen;  // "" disables it
  bool no_cache = false;
  int threads = 0;
  std::optional<Log::Format> log_format;
};
LoadResult ConfigForServe(const ServeOptions& options);

}  // namespace banto::conf

#endif  // BANTO_CONF_CONFIG_LOADER_H_
