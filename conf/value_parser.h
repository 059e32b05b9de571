// The mini-languages inside TOML strings: durations, sizes and ${ENV}. Pure, except that it reads
// the environment.
#ifndef BANTO_CONF_VALUE_PARSER_H_
#define BANTO_CONF_VALUE_PARSER_H_

#include <cstdint>
#include <string>
#include <string_view>

namespace banto::conf {

enum class ParseProblem : uint8_t {
  kNone,     // it parsed
  kSyntax,   // not a number with a unit
  kNoUnit,   // a bare number other than 0
  kTooLong,  // out of range
};

// "50ms", "5s", "10m", "1h", "2d", "1.5s", "1h30m"; "0" needs no unit.
ParseProblem ParseDurationMs(std::string_view text, int64_t* ms);
std::string FormatDurationMs(int64_t ms);  // "90s" as "90s", "600000" as "10m"

// "512B", "64KB" (1000), "64KiB" (1024), MB, MiB, GB, GiB, TB, TiB; "0" needs no unit.
ParseProblem ParseSizeBytes(std::string_view text, uint64_t* bytes);
std::string FormatSizeBytes(uint64_t bytes);  // the largest binary unit that divides it

// Replaces every ${NAME}; "$${" yields "${". False with `error` set if NAME is unset or "}" is
// missing.
bool ExpandEnvironment(std::string_view text, std::string* out, std::string* error);

}  // namespace banto::conf

#endif  // BANTO_CONF_VALUE_PARSER_H_
