#include "cache/digest_index.h"

#include <gtest/gtest.h>

#include <map>
#include <random>

namespace banto::cache {
namespace {

uint32_t Find(const DigestIndex& index, uint32_t tag, uint32_t slot) {
  return index.Find(tag, [slot](uint32_t s) { return s == slot; });
}

TEST(DigestIndex, AgreesWithAMapWhateverTheCollisions) {
  for (const uint32_t tags : {1u, 7u, 1000u, UINT32_MAX}) {  // from all equal to all different
    DigestIndex index;
    std::map<uint32_t, uint32_t> tag_of;  // by slot
    std::minstd_rand random(tags);
    for (int step = 0; step < 20'000; ++step) {
      const uint32_t slot = random() % 300;
      const auto found = tag_of.find(slot);
      if (found == tag_of.end()) {
        const uint32_t tag = random() * 2654435761u % tags;
        index.Insert(tag, slot);
        tag_of[slot] = tag;
      } else {
        index.Erase(found->second, slot);
        tag_of.erase(found);
      }
      ASSERT_EQ(index.size(), tag_of.size());
      if (step % 100 != 0) continue;
      for (uint32_t s = 0; s < 300; ++s) {
        const auto known = tag_of.find(s);
        if (known == tag_of.end()) continue;
        ASSERT_EQ(Find(index, known->second, s), s);
      }
    }
    for (const auto& [slot, tag] : tag_of) index.Erase(tag, slot);
    EXPECT_EQ(index.size(), 0u);
    for (const auto& [slot, tag] : tag_of) EXPECT_EQ(Find(index, tag, slot), DigestIndex::kNone);
  }
}

TEST(DigestIndex, AnEmptyOneFindsNothing) {
  DigestIndex index;
  EXPECT_EQ(Find(index, 1, 1), DigestIndex::kNone);
  index.Insert(1, 1);
  index.Clear();
  EXPECT_EQ(Find(index, 1, 1), DigestIndex::kNone);
}

}  // namespace
}  // namespace banto::cache
