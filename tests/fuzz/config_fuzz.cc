// Any bytes as a configuration: no crash, no hang, errors that stand inside the file and can be
// printed.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "conf/config_loader.h"
#include "conf/value_parser.h"

namespace {

void Require(bool holds) {
  if (!holds) std::abort();
}

// What was parsed must read back as itself: the error messages write such values.
void CheckQuantities(std::string_view text) {
  int64_t ms = 0, ms_again = 0;
  if (banto::conf::ParseDurationMs(text, &ms) == banto::conf::ParseProblem::kNone) {
    const std::string shown = banto::conf::FormatDurationMs(ms);
    Require(banto::conf::ParseDurationMs(shown, &ms_again) == banto::conf::ParseProblem::kNone);
    Require(ms == ms_again);
  }
  uint64_t bytes = 0, bytes_again = 0;
  if (banto::conf::ParseSizeBytes(text, &bytes) == banto::conf::ParseProblem::kNone) {
    const std::string shown = banto::conf::FormatSizeBytes(bytes);
    Require(banto::conf::ParseSizeBytes(shown, &bytes_again) == banto::conf::ParseProblem::kNone);
    Require(bytes == bytes_again);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text(data, data + size);
  const banto::conf::LoadResult result = banto::conf::LoadConfigText(text, "fuzz.toml");
  Require((result.config == nullptr) == !result.errors.empty());
  int line_before = 0;
  for (const banto::conf::ConfigError& error : result.errors) {
    Require(error.line >= line_before && error.column >= 0 && error.underline_size >= 1);
    Require(!error.message.empty());
    line_before = error.line;
  }
  const std::string shown = banto::conf::FormatErrors(result.errors);
  Require(shown.empty() == result.errors.empty());
  Require(shown.find('\x1B') == std::string::npos);
  CheckQuantities(text);
  return 0;
}
