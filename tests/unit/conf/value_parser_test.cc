#include "conf/value_parser.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "conf/edit_distance.h"

namespace banto::conf {
namespace {

int64_t Ms(std::string_view text) {
  int64_t ms = -1;
  EXPECT_EQ(ParseDurationMs(text, &ms), ParseProblem::kNone) << text;
  return ms;
}

uint64_t Bytes(std::string_view text) {
  uint64_t bytes = 1;
  EXPECT_EQ(ParseSizeBytes(text, &bytes), ParseProblem::kNone) << text;
  return bytes;
}

TEST(Duration, EveryUnitCounts) {
  EXPECT_EQ(Ms("50ms"), 50);
  EXPECT_EQ(Ms("5s"), 5'000);
  EXPECT_EQ(Ms("10m"), 600'000);
  EXPECT_EQ(Ms("1h"), 3'600'000);
  EXPECT_EQ(Ms("2d"), 172'800'000);
  EXPECT_EQ(Ms("0"), 0);
  EXPECT_EQ(Ms("1.5s"), 1'500);
  EXPECT_EQ(Ms("0.25h"), 900'000);
  EXPECT_EQ(Ms("1h30m"), 5'400'000);
}

TEST(Duration, InvalidDurationIsRefusedWithAReason) {
  int64_t ms = 0;
  EXPECT_EQ(ParseDurationMs("600", &ms), ParseProblem::kNoUnit);
  EXPECT_EQ(ParseDurationMs("00", &ms), ParseProblem::kNoUnit);
  for (const char* text : {"", " 5s", "5 s", "5s ", "-5s", "+5s", "s", "5x", "5S", "5min", "1.s",
                           ".5s", "1.5.5s", "5s!", "1h30", "5ss"}) {
    EXPECT_NE(ParseDurationMs(text, &ms), ParseProblem::kNone) << text;
  }
  EXPECT_EQ(ParseDurationMs("99999999999999999999999h", &ms), ParseProblem::kTooLong);
  EXPECT_EQ(ParseDurationMs("9000000000d", &ms), ParseProblem::kTooLong);
  EXPECT_EQ(ParseDurationMs("36500d36500d", &ms), ParseProblem::kTooLong);
}

TEST(Size, DecimalAndBinaryUnitsDiffer) {
  EXPECT_EQ(Bytes("512B"), 512u);
  EXPECT_EQ(Bytes("64KB"), 64'000u);
  EXPECT_EQ(Bytes("32KiB"), 32'768u);
  EXPECT_EQ(Bytes("4MiB"), 4u << 20);
  EXPECT_EQ(Bytes("1GiB"), 1u << 30);
  EXPECT_EQ(Bytes("1.5KiB"), 1'536u);
  EXPECT_EQ(Bytes("0"), 0u);
}

TEST(Size, InvalidSizeIsRefusedWithAReason) {
  uint64_t bytes = 0;
  EXPECT_EQ(ParseSizeBytes("1024", &bytes), ParseProblem::kNoUnit);
  for (const char* text : {"", "1K", "1kb", "1 KiB", "-1B", "KiB", "1KiB1B", "1G", "0x10B"}) {
    EXPECT_EQ(ParseSizeBytes(text, &bytes), ParseProblem::kSyntax) << text;
  }
  EXPECT_EQ(ParseSizeBytes("99999999999TiB", &bytes), ParseProblem::kTooLong);
}

TEST(Quantity, FormattedValuesParseBack) {
  for (int64_t ms : {0, 1, 50, 1'000, 1'500, 60'000, 90'000, 3'600'000, 86'400'000}) {
    EXPECT_EQ(Ms(FormatDurationMs(ms)), ms) << FormatDurationMs(ms);
  }
  EXPECT_EQ(FormatDurationMs(600'000), "10m");
  for (uint64_t bytes : {0ull, 1ull, 1000ull, 1024ull, 32768ull, 4ull << 20, 3ull << 40}) {
    EXPECT_EQ(Bytes(FormatSizeBytes(bytes)), bytes) << FormatSizeBytes(bytes);
  }
  EXPECT_EQ(FormatSizeBytes(256u << 20), "256MiB");
}

TEST(Environment, NamesAreReplacedAndTheEscapeIsKept) {
  ASSERT_EQ(setenv("BANTO_TEST_A", "one", 1), 0);
  ASSERT_EQ(setenv("BANTO_TEST_EMPTY", "", 1), 0);
  std::string out, error;
  ASSERT_TRUE(ExpandEnvironment("x${BANTO_TEST_A}y${BANTO_TEST_EMPTY}z", &out, &error));
  EXPECT_EQ(out, "xoneyz");
  ASSERT_TRUE(ExpandEnvironment("$${BANTO_TEST_A} $5 $$", &out, &error));
  EXPECT_EQ(out, "${BANTO_TEST_A} $5 $$");
}

TEST(Environment, ValuesAreNotExpandedAgain) {
  ASSERT_EQ(setenv("BANTO_TEST_NESTED", "${HOME}", 1), 0);
  std::string out, error;
  ASSERT_TRUE(ExpandEnvironment("${BANTO_TEST_NESTED}", &out, &error));
  EXPECT_EQ(out, "${HOME}");
}

TEST(Environment, UnsetAndMalformedNamesAreErrors) {
  ASSERT_EQ(unsetenv("BANTO_TEST_UNSET"), 0);
  std::string out, error;
  EXPECT_FALSE(ExpandEnvironment("${BANTO_TEST_UNSET}", &out, &error));
  EXPECT_EQ(error, "the environment variable BANTO_TEST_UNSET is not set");
  for (const char* text : {"${", "${}", "${A", "${1A}", "${A B}", "${A-b}"}) {
    EXPECT_FALSE(ExpandEnvironment(text, &out, &error)) << text;
  }
}

TEST(EditDistance, CountsTypos) {
  EXPECT_EQ(EditDistance("", ""), 0);
  EXPECT_EQ(EditDistance("", "abc"), 3);
  EXPECT_EQ(EditDistance("weight", "wieght"), 1);
  EXPECT_EQ(EditDistance("max_inflight", "max_in_flight"), 1);
  EXPECT_EQ(EditDistance("kitten", "sitting"), 3);
}

TEST(EditDistance, OnlyASimilarWordIsSuggested) {
  const std::vector<std::string_view> known = {"url", "name", "kind", "weight"};
  EXPECT_EQ(NearestWord("wieght", known), "weight");
  EXPECT_EQ(NearestWord("ulr", known), "url");
  EXPECT_EQ(NearestWord("zzz", known), "");
  EXPECT_EQ(NearestWord("", known), "");
  EXPECT_EQ(NearestWord(std::string(5000, 'a'), known), "");
}

}  // namespace
}  // namespace banto::conf
