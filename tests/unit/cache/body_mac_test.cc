#include "cache/body_mac.h"

#include <gtest/gtest.h>

#include <initializer_list>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace banto::cache {
namespace {

constexpr BodyMac::Key kKey = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};

MacTag Tag(const std::vector<std::string_view>& parts, BodyMac& mac) {
  mac.Begin();
  for (const std::string_view part : parts) mac.Add(part);
  const auto tag = mac.Finish();
  EXPECT_TRUE(tag);
  return tag.value_or(MacTag{});
}

std::string Text(size_t size) {
  std::string text;
  for (size_t i = 0; i < size; ++i) text.push_back(static_cast<char>(i * 131 + i / 7));
  return text;
}

TEST(BodyMac, EqualPartsHaveEqualTagsWhateverCameBefore) {
  BodyMac mac, other;
  for (size_t size = 0; size < 300; ++size) {
    const std::string text = Text(size);
    const MacTag tag = Tag({"path", text}, mac);
    EXPECT_EQ(Tag({"path", text}, mac), tag) << size;
    EXPECT_EQ(Tag({"path", text}, other), tag) << size;
  }
}

TEST(BodyMac, UnalignedBytesHaveTheSameTag) {
  BodyMac mac;
  const std::string text = Text(1500);
  const MacTag tag = Tag({text}, mac);
  for (size_t shift = 1; shift < 33; ++shift) {
    const std::string moved = std::string(shift, '-') + text;
    EXPECT_EQ(Tag({std::string_view(moved).substr(shift)}, mac), tag) << shift;
  }
}

TEST(BodyMac, EveryLengthHasATagOfItsOwn) {
  BodyMac mac;
  std::set<std::pair<uint64_t, uint64_t>> tags;
  for (size_t size = 0; size <= 1200; ++size) {
    // Zeros, because the padding consists of them too.
    const MacTag tag = Tag({std::string(size, '\0')}, mac);
    tags.emplace(tag.a, tag.b);
  }
  EXPECT_EQ(tags.size(), 1201U);
}

TEST(BodyMac, EveryBitCounts) {
  BodyMac mac(kKey);
  for (const size_t size : {1U, 16U, 33U, 300U, 600U}) {
    std::string text = Text(size);
    const MacTag tag = Tag({"p", text, "q"}, mac);
    for (size_t bit = 0; bit < 8 * size; ++bit) {
      const auto flip = [&] { text[bit / 8] = static_cast<char>(text[bit / 8] ^ (1 << bit % 8)); };
      flip();
      EXPECT_NE(Tag({"p", text, "q"}, mac), tag) << size << " " << bit;
      flip();
    }
  }
}

TEST(BodyMac, PartsDoNotRunIntoEachOther) {
  BodyMac mac(kKey);
  const std::string large(700, 'x'), joined = large + "c", zeros(16, '\0');
  const std::vector<std::vector<std::string_view>> all = {
      {},
      {""},
      {"", ""},
      {"ab", "c"},
      {"a", "bc"},
      {"abc"},
      {"abc", ""},
      {"", "abc"},
      {large, "c"},
      {joined},
      {"c", large},
      {large},
      {large, ""},
      {large, std::string_view(zeros).substr(0, 8)},
      {large, zeros},
  };
  std::set<std::pair<uint64_t, uint64_t>> tags;
  for (const auto& parts : all) {
    const MacTag tag = Tag(parts, mac);
    tags.emplace(tag.a, tag.b);
  }
  EXPECT_EQ(tags.size(), all.size());
}

TEST(BodyMac, ManyPartsAreAllIncluded) {
  BodyMac mac(kKey);
  std::vector<std::string_view> parts(200, "part");
  const MacTag tag = Tag(parts, mac);
  for (std::string_view& part : parts) {
    part = "Part";
    EXPECT_NE(Tag(parts, mac), tag);
    part = "part";
  }
}

TEST(BodyMac, DifferentKeysGiveDifferentTags) {
  BodyMac::Key other_key = kKey;
  other_key[15] ^= 1;
  BodyMac mac(kKey), other(other_key), random;
  const std::string text = Text(100);
  EXPECT_NE(Tag({text}, mac), Tag({text}, other));
  EXPECT_NE(Tag({text}, mac), Tag({text}, random));
}

TEST(BodyMac, WithoutAKeyThereIsNoTag) {
  BodyMac mac(std::nullopt);
  mac.Begin();
  mac.Add("x");
  EXPECT_FALSE(mac.Finish());
}

TEST(BodyMac, FinishWithoutBeginGivesNone) {
  BodyMac mac(kKey);
  EXPECT_FALSE(mac.Finish());
  Tag({"x"}, mac);
  EXPECT_FALSE(mac.Finish());
}

}  // namespace
}  // namespace banto::cache
