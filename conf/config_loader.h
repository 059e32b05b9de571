// TOML -> Config, or its errors with file:line:col, the line, a caret and what to do: the first one
// of syntax, or everything that the schema has against it. Start-up and reload only (main thread).
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
  int line = 0, column = 0;  // 1-based; 0: the file as a whole
  std::string message;       // "unknown key \"max_inflight\""
  std::string hint;          // "did you mean \"max_in_flight\"?"; may be empty
  std::string source_line;   // the offending line
  int underline_size = 1;    // columns to underline
};

struct LoadResult {
  std::shared_ptr<const Config> config;  // nullptr when there are errors
  std::vector<ConfigError> errors;       // in the order of the lines
  std::vector<ConfigError> warnings;     // the same, of a configuration without errors
};

LoadResult LoadConfigFile(const std::string& path);
LoadResult LoadConfigText(std::string_view text, const std::string& file_name);

// The frames as `banto check` prints them, and "N errors." at the end.
std::string FormatErrors(const std::vector<ConfigError>& errors);
std::string FormatWarnings(const std::vector<ConfigError>& warnings);
// One of them as a line of a log: "banto.toml:9:1: … (what to do)".
std::string DescribeError(const ConfigError& error);

// A config for `banto serve`: worker URLs plus the few options of that command. Errors carry no
// line.
struct ServeOptions {
  std::vector<std::string> urls;
  std::string listen, redis, ttl;           // empty: the default
  std::optional<std::string> admin_listen;  // "" turns it off
  bool no_cache = false;
  int threads = 0;
  std::optional<Log::Format> log_format;
};
LoadResult ConfigForServe(const ServeOptions& options);

}  // namespace banto::conf

#endif  // BANTO_CONF_CONFIG_LOADER_H_
