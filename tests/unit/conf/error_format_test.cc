#include <gtest/gtest.h>

#include <string>

#include "conf/config_loader.h"

namespace banto::conf {
namespace {

ConfigError Error(int line, int column, int size, std::string source) {
  ConfigError error;
  error.file = "/etc/banto/banto.toml";
  error.line = line;
  error.column = column;
  error.underline_size = size;
  error.source_line = std::move(source);
  error.message = "message";
  error.hint = "hint";
  return error;
}

TEST(ErrorFormat, FramesLookAsDocumented) {
  ConfigError first = Error(9, 1, 12, "max_inflight = 16");
  first.message = "unknown key \"max_inflight\"";
  first.hint = "did you mean \"max_in_flight\"?";
  ConfigError second = Error(22, 7, 2, "ttl = 5m");
  second.message = "a duration is a string";
  second.hint = "write ttl = \"5m\"";
  EXPECT_EQ(FormatErrors({first, second}),
            "/etc/banto/banto.toml:9:1: error: unknown key \"max_inflight\"\n"
            "   |\n"
            " 9 | max_inflight = 16\n"
            "   | ~~~~~~~~~~~~ did you mean \"max_in_flight\"?\n"
            "   |\n"
            "/etc/banto/banto.toml:22:7: error: a duration is a string\n"
            "   |\n"
            "22 | ttl = 5m\n"
            "   |       ~~ write ttl = \"5m\"\n"
            "   |\n"
            "2 errors.\n");
}

TEST(ErrorFormat, LineNumbersAreAligned) {
  EXPECT_EQ(FormatErrors({Error(7, 1, 1, "a"), Error(1234, 1, 1, "b")}),
            "/etc/banto/banto.toml:7:1: error: message\n"
            "     |\n   7 | a\n     | ^ hint\n     |\n"
            "/etc/banto/banto.toml:1234:1: error: message\n"
            "     |\n1234 | b\n     | ^ hint\n     |\n2 errors.\n");
}

TEST(ErrorFormat, UnderlinesFollowTabsAndUtf8) {
  const std::string text = FormatErrors({Error(1, 6, 4, "\t\xC3\xA9= \xC3\xA9\xC3\xA9")});
  EXPECT_NE(text.find("   | \t   ~~ hint"), std::string::npos) << text;
}

TEST(ErrorFormat, EscapeSequencesDoNotReachTheTerminal) {
  ConfigError error = Error(1, 1, 1, "a\x1B[31m\x07");
  error.message = "m\x1B[0m";
  const std::string text = FormatErrors({error});
  EXPECT_EQ(text.find('\x1B'), std::string::npos);
  EXPECT_EQ(text.find('\x07'), std::string::npos);
}

TEST(ErrorFormat, LongLinesAreCutAroundTheUnderline) {
  const std::string text =
      FormatErrors({Error(1, 5001, 3, std::string(5000, 'a') + "bad" + std::string(5000, 'c'))});
  EXPECT_LT(text.size(), 500u);
  EXPECT_NE(text.find("abadc"), std::string::npos);
  EXPECT_NE(text.find("~~~ hint"), std::string::npos);
}

TEST(ErrorFormat, PlacesOutsideTheLineAreHarmless) {
  EXPECT_FALSE(FormatErrors({Error(1, 99, 99, ""), Error(1, -5, -5, "x")}).empty());
  EXPECT_EQ(FormatErrors({}), "");
}

}  // namespace
}  // namespace banto::conf
