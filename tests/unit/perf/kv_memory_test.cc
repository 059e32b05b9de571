#include "perf/engine/kv_memory.h"

#include <gtest/gtest.h>

#include <array>
#include <vector>

namespace banto::perf {
namespace {

constexpr int64_t kBlock = KvMemory::kBlockTokens;
const std::vector<uint64_t> kPrompt = {1, 2, 3};

// As a sequence does that computes its prompt and ends.
void Compute(KvMemory* memory, Chain chain) {
  const size_t found = memory->Find(chain, chain.size()).blocks;
  memory->Hold(chain.first(found));
  EXPECT_TRUE(memory->Take(kBlock * static_cast<int64_t>(chain.size() - found)));
  for (const uint64_t hash : chain.subspan(found)) memory->Publish(hash);
  memory->Release(chain);
}

TEST(KvMemory, WhatWasComputedIsFoundUpToWhereThePromptsDiffer) {
  KvMemory memory(10 * kBlock);
  Compute(&memory, kPrompt);
  const std::array<uint64_t, 4> other = {1, 2, 7, 3};
  EXPECT_EQ(memory.Find(kPrompt, 3).blocks, 3u);
  EXPECT_EQ(memory.Find(kPrompt, 3).idle, 3u);
  EXPECT_EQ(memory.Find(other, 4).blocks, 2u);
  EXPECT_EQ(memory.Find(kPrompt, 2).blocks, 2u);
}

TEST(KvMemory, OfAnOldPromptTheTailGoesFirst) {
  KvMemory memory(4 * kBlock);
  Compute(&memory, kPrompt);
  EXPECT_TRUE(memory.Take(2 * kBlock));
  EXPECT_EQ(memory.Find(kPrompt, 3).blocks, 2u);
  EXPECT_TRUE(memory.Take(kBlock));
  EXPECT_EQ(memory.Find(kPrompt, 3).blocks, 1u);
}

TEST(KvMemory, ThePromptThatWasUsedLongestAgoGoesFirst) {
  KvMemory memory(4 * kBlock);
  const std::array<uint64_t, 2> early = {1, 2}, late = {8, 9};
  Compute(&memory, early);
  Compute(&memory, late);
  Compute(&memory, early);
  EXPECT_TRUE(memory.Take(2 * kBlock));
  EXPECT_EQ(memory.Find(early, 2).blocks, 2u);
  EXPECT_EQ(memory.Find(late, 2).blocks, 0u);
}

TEST(KvMemory, WhatSomebodyUsesIsNotGivenUp) {
  KvMemory memory(4 * kBlock);
  Compute(&memory, kPrompt);
  memory.Hold(kPrompt);
  EXPECT_TRUE(memory.Take(kBlock));
  EXPECT_FALSE(memory.Take(kBlock));
  EXPECT_DOUBLE_EQ(memory.in_use(), 1);
  memory.Release(kPrompt);
  EXPECT_TRUE(memory.Take(kBlock));
  EXPECT_DOUBLE_EQ(memory.in_use(), 0.5);
}

TEST(KvMemory, ABlockThatTwoComputeAtOnceTakesTheRoomOfOne) {
  KvMemory memory(4 * kBlock);
  EXPECT_TRUE(memory.Take(2 * kBlock));
  memory.Publish(5);
  memory.Publish(5);
  EXPECT_EQ(memory.blocks(), 1u);
  EXPECT_DOUBLE_EQ(memory.in_use(), 0.25);
  memory.Release(std::array<uint64_t, 1>{5});
  EXPECT_DOUBLE_EQ(memory.in_use(), 0.25);  // the other uses it
}

TEST(KvMemory, WithoutALimitNothingIsRemembered) {
  KvMemory memory(0);
  EXPECT_FALSE(memory.remembers());
  EXPECT_TRUE(memory.Take(1'000'000'000));
  EXPECT_EQ(memory.Find(kPrompt, 3).blocks, 0u);
}

}  // namespace
}  // namespace banto::perf
