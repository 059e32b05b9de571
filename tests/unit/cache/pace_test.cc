#include "cache/pace.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace banto::cache {
namespace {

struct Part {
  size_t at;
  int64_t came_ms;
};

std::string PaceOf(const std::vector<Part>& parts) {
  PaceWriter writer;
  std::string pace;
  for (const Part& part : parts) writer.Note(part.at, part.came_ms, &pace);
  return pace;
}

TEST(Pace, EachPartIsDueAsLongAfterTheFirstAsItCame) {
  const std::string pace = PaceOf({{0, 1'000}, {10, 1'040}, {25, 3'040}});
  PaceReader reader(pace);
  EXPECT_EQ(reader.DueBy(0), 10u);
  EXPECT_EQ(reader.next_ms(), 40);
  EXPECT_EQ(reader.DueBy(39), 10u);
  EXPECT_EQ(reader.DueBy(40), 25u);
  EXPECT_EQ(reader.next_ms(), 2'040);
  EXPECT_EQ(reader.DueBy(2'039), 25u);
  EXPECT_EQ(reader.DueBy(2'040), SIZE_MAX);
}

TEST(Pace, WhatWasLateDelaysNothingElse) {
  const std::string pace = PaceOf({{0, 0}, {10, 100}, {20, 200}, {30, 300}});
  PaceReader reader(pace);
  EXPECT_EQ(reader.DueBy(250), 30u);
  EXPECT_EQ(reader.next_ms(), 300);
}

TEST(Pace, WhatCameTogetherIsSentTogether) {
  const std::string pace = PaceOf({{0, 7}, {10, 7}, {20, 9}, {30, 9}, {40, 9}});
  PaceReader reader(pace);
  EXPECT_EQ(reader.DueBy(0), 20u);
  EXPECT_EQ(reader.DueBy(2), SIZE_MAX);
}

TEST(Pace, AStreamThatCameAtOnceHasNone) {
  const std::string pace = PaceOf({{0, 5}, {10, 5}});
  EXPECT_EQ(pace, "");
  EXPECT_EQ(PaceReader(pace).DueBy(0), SIZE_MAX);
}

TEST(Pace, ATokenCostsAFewBytes) {
  std::vector<Part> parts;
  for (size_t i = 0; i < 1'000; ++i) parts.push_back({200 * i, static_cast<int64_t>(20 * i)});
  EXPECT_LE(PaceOf(parts).size(), 3'000u);
}

TEST(Pace, LongGapsAndLargePartsAreKept) {
  const std::string pace = PaceOf({{0, 0}, {3'000'000, 600'000}, {3'000'001, 1'200'001}});
  EXPECT_TRUE(IsPace(pace, 3'000'001));
  PaceReader reader(pace);
  EXPECT_EQ(reader.DueBy(599'999), 3'000'000u);
  EXPECT_EQ(reader.DueBy(1'200'000), 3'000'001u);
}

TEST(Pace, TheRestOfAVeryLongStreamComesAtOnce) {
  std::vector<Part> parts;
  for (size_t i = 0; i < 100'000; ++i) parts.push_back({20 * i, static_cast<int64_t>(i)});
  const std::string pace = PaceOf(parts);
  EXPECT_LE(pace.size(), PaceWriter::kBytesMax);
  EXPECT_TRUE(IsPace(pace, 20 * parts.size()));
  PaceReader reader(pace);
  EXPECT_EQ(reader.DueBy(1'000), 20u * 1'001);
  EXPECT_EQ(reader.DueBy(90'000), SIZE_MAX);
}

TEST(Pace, WhatIsNoneIsKnown) {
  const std::string pace = PaceOf({{0, 0}, {300, 1'000}});
  ASSERT_EQ(pace.size(), 4u);
  EXPECT_TRUE(IsPace("", 0));
  EXPECT_TRUE(IsPace(pace, 300));
  EXPECT_FALSE(IsPace(pace, 299)) << "it goes beyond the body";
  for (size_t size = 1; size < pace.size(); ++size)
    EXPECT_FALSE(IsPace(std::string_view(pace).substr(0, size), 300)) << size;
  EXPECT_FALSE(IsPace(std::string(12, '\xff'), 300)) << "a number without an end";
}

}  // namespace
}  // namespace banto::cache
