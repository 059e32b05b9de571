#include "cache/body_mac.h"

#include <gtest/gtest.h>

#include <initializer_list>
#include <string>
#include <unordered_set>

namespace banto::cache {
namespace {

MacTag TagOf(std::initializer_list<std::string_view> parts, BodyMac* mac) {
  mac->Begin();
  for (const std::string_view part : parts) mac->Add(part);
  return mac->Finish();
}

class BodyMacTest : public ::testing::Test {
 protected:
  BodyMac mac_;
};

TEST_F(BodyMacTest, EqualPartsGiveEqualTags_OnEveryThreadsObject) {
  BodyMac other;
  const std::string body(5000, 'x');
  TagOf({"something", "else"}, &other);  // what was there before leaves no trace
  EXPECT_EQ(TagOf({"POST", "/v1", body}, &mac_), TagOf({"POST", "/v1", body}, &other));
}

TEST_F(BodyMacTest, EveryBitCounts) {
  for (const size_t size : {1, 15, 16, 17, 511, 512, 513, 1100, 4096}) {
    std::string body(size, 'a');
    const MacTag before = TagOf({body}, &mac_);
    for (size_t i = 0; i < size; i += 1 + size / 50) {
      for (int bit = 0; bit < 8; ++bit) {
        body[i] = static_cast<char>(body[i] ^ (1 << bit));
        EXPECT_FALSE(TagOf({body}, &mac_) == before) << size << " byte " << i << " bit " << bit;
        body[i] = static_cast<char>(body[i] ^ (1 << bit));
      }
    }
  }
}

TEST_F(BodyMacTest, PartsDoNotRunIntoEachOther) {
  std::unordered_set<MacTag, MacTag::Hash> seen;
  for (const auto& parts : {std::initializer_list<std::string_view>{"abc", ""},
                            {"", "abc"},
                            {"ab", "c"},
                            {"a", "bc"},
                            {"abc"},
                            {"abc", "", ""}}) {
    EXPECT_TRUE(seen.insert(TagOf(parts, &mac_)).second);
  }
}

// Zeros are what a short last block is filled with.
TEST_F(BodyMacTest, LengthsDiffer_WhateverTheBytesAre) {
  std::unordered_set<MacTag, MacTag::Hash> seen;
  for (size_t size = 0; size <= 600; ++size) {
    EXPECT_TRUE(seen.insert(TagOf({std::string(size, '\0')}, &mac_)).second) << size;
  }
}

TEST_F(BodyMacTest, PlaceInMemoryDoesNotMatter) {
  const std::string text(3000, 'q');
  std::string shifted = "......" + text;
  for (size_t shift = 0; shift < 6; ++shift) {
    shifted.replace(shift, text.size(), text);
    EXPECT_EQ(TagOf({std::string_view(shifted).substr(shift, text.size())}, &mac_),
              TagOf({text}, &mac_));
  }
}

}  // namespace
}  // namespace banto::cache
