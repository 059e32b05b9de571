#include "proxy/upstream/prefix_index.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

#include "proxy/base/split_mix.h"

namespace banto::upstream {
namespace {

using Chain = std::vector<uint64_t>;

// A chain of `blocks` hashes that shares its first `shared` with every other chain of `family`.
Chain ChainOf(uint64_t family, size_t shared, uint64_t seed, size_t blocks) {
  base::SplitMix common(family), own(family * 1'000'003 + seed);
  Chain chain;
  for (size_t i = 0; i < blocks; ++i) chain.push_back(i < shared ? common.Next() : own.Next());
  return chain;
}
Chain Unique(uint64_t seed, size_t blocks) { return ChainOf(seed, 0, seed, blocks); }

struct PrefixIndexTest : testing::Test {
  std::shared_ptr<PrefixIndex> index = std::make_shared<PrefixIndex>();
  std::unique_ptr<PrefixHolder> a = index->NewHolder(), b = index->NewHolder();
  PrefixMatches matches;

  uint32_t Has(const std::unique_ptr<PrefixHolder>& holder, const Chain& chain) {
    index->Match(chain, &matches);
    return matches.BlocksOf(holder->id());
  }
};

TEST_F(PrefixIndexTest, KnowsWhoWasSentWhichBeginning) {
  const Chain first = ChainOf(1, 20, 1, 50), second = ChainOf(1, 20, 2, 50);
  EXPECT_EQ(index->Insert(first, a.get()), 0u);
  EXPECT_EQ(Has(a, first), 50u);
  EXPECT_EQ(Has(a, second), 20u);
  EXPECT_EQ(Has(b, first), 0u);
  EXPECT_EQ(index->Insert(second, a.get()), 20u);
  EXPECT_EQ(a->held(), 80);
}

TEST_F(PrefixIndexTest, ForgetsWhatWasUsedLeastRecently) {
  a->SetCapacity(1'000);
  const Chain old = Unique(1, 100), kept = Unique(2, 100);
  index->Insert(old, a.get());
  index->Insert(kept, a.get());
  for (uint64_t i = 0; i < 20; ++i) {
    index->Insert(Unique(100 + i, 80), a.get());
    index->Insert(kept, a.get());
    EXPECT_LE(a->held(), 1'000);
  }
  EXPECT_EQ(Has(a, kept), 100u);
  EXPECT_EQ(Has(a, old), 0u);
  EXPECT_GT(a->held(), 900);
}

TEST_F(PrefixIndexTest, RepeatingItselfMakesNothingOld) {
  a->SetCapacity(1'000);
  const Chain idle = Unique(1, 100), busy = Unique(2, 300);
  index->Insert(idle, a.get());
  for (int i = 0; i < 1'000; ++i) index->Insert(busy, a.get());
  EXPECT_EQ(Has(a, idle), 100u);
  EXPECT_EQ(a->held(), 400);
}

TEST_F(PrefixIndexTest, LosesTheEndBeforeTheBeginning) {
  a->SetCapacity(640);
  const Chain prompt = Unique(1, 400);
  index->Insert(prompt, a.get());
  index->Insert(Unique(2, 400), a.get());
  EXPECT_GT(Has(a, prompt), 150u);
  EXPECT_LT(Has(a, prompt), 300u);
}

TEST_F(PrefixIndexTest, ALargerCapacityForgetsNothing) {
  a->SetCapacity(1'000);
  const Chain prompt = Unique(1, 900);
  index->Insert(prompt, a.get());
  a->SetCapacity(2'000);
  index->Insert(Unique(2, 1'000), a.get());
  EXPECT_EQ(Has(a, prompt), 900u);
  EXPECT_EQ(a->held(), 1'900);
}

TEST_F(PrefixIndexTest, ASmallerCapacityKeepsWhatWasUsedLast) {
  a->SetCapacity(3'200);
  const Chain old = Unique(1, 1'000), recent = Unique(2, 1'000);
  index->Insert(old, a.get());
  index->Insert(recent, a.get());
  a->SetCapacity(1'200);
  EXPECT_EQ(Has(a, recent), 1'000u);
  EXPECT_LT(Has(a, old), 201u);
  EXPECT_LE(a->held(), 1'200);
  EXPECT_GE(a->held(), 1'100);  // to within one stretch of the former capacity
  index->Insert(Unique(3, 1'200), a.get());
  EXPECT_EQ(Has(a, recent), 0u);
  EXPECT_LE(a->held(), 1'200);
}

TEST_F(PrefixIndexTest, APromptLongerThanTheCapacityKeepsItsBeginning) {
  a->SetCapacity(100);
  const Chain prompt = Unique(1, 1'000);
  index->Insert(prompt, a.get());
  EXPECT_LE(Has(a, prompt), 100u);
  EXPECT_GT(Has(a, prompt), 80u);
}

TEST_F(PrefixIndexTest, WhatWasNotTakenIsNotHeld) {
  const Chain known = ChainOf(1, 30, 1, 30), longer = ChainOf(1, 30, 2, 60);
  index->Insert(known, a.get());
  const uint32_t had = index->Insert(longer, a.get());
  index->Remove(longer, had, a.get());
  EXPECT_EQ(Has(a, longer), 30u);
  EXPECT_EQ(a->held(), 30);
}

TEST_F(PrefixIndexTest, ARestartedWorkerHasNothing) {
  const Chain prompt = Unique(1, 50);
  index->Insert(prompt, a.get());
  index->Insert(prompt, b.get());
  a->ForgetAll();
  EXPECT_EQ(Has(a, prompt), 0u);
  EXPECT_EQ(Has(b, prompt), 50u);
  EXPECT_EQ(index->Insert(prompt, a.get()), 0u);
  EXPECT_EQ(Has(a, prompt), 50u);
}

TEST_F(PrefixIndexTest, AWorkerThatCameLaterInheritsNothing) {
  const Chain prompt = Unique(1, 50);
  index->Insert(prompt, a.get());
  const uint16_t id = a->id();
  a.reset();
  EXPECT_EQ((index->Match(prompt, &matches), matches.BlocksOf(id)), 0u);
  a = index->NewHolder();
  EXPECT_EQ(a->id(), id);
  EXPECT_EQ(Has(a, prompt), 0u);
  index->Insert(Unique(2, 10), a.get());
  EXPECT_EQ(Has(a, prompt), 0u);
}

TEST_F(PrefixIndexTest, AHotBeginningHasManyHolders) {
  std::vector<std::unique_ptr<PrefixHolder>> holders;
  const Chain hot = Unique(1, 24);
  for (int i = 0; i < 500; ++i) {
    holders.push_back(index->NewHolder());
    index->Insert(hot, holders.back().get());
  }
  index->Match(hot, &matches);
  for (const auto& holder : holders) EXPECT_EQ(matches.BlocksOf(holder->id()), 24u);
}

TEST_F(PrefixIndexTest, IsBoundedHoweverMuchIsHeld) {
  index = std::make_shared<PrefixIndex>(size_t{1} << 20);
  a = index->NewHolder();
  a->SetCapacity(1'000'000);
  for (uint64_t i = 0; i < 500; ++i) index->Insert(Unique(i, 400), a.get());
  EXPECT_LE(index->bytes(), size_t{1} << 20);
  EXPECT_GT(index->bytes(), size_t{1} << 19);
}

TEST_F(PrefixIndexTest, IsBoundedHoweverManyShareWhatIsHeld) {
  index = std::make_shared<PrefixIndex>(size_t{1} << 20);
  std::vector<std::unique_ptr<PrefixHolder>> holders;
  for (int i = 0; i < 64; ++i) holders.push_back(index->NewHolder());
  for (const auto& holder : holders) {
    for (uint64_t i = 0; i < 60; ++i) index->Insert(Unique(i, 400), holder.get());
  }
  EXPECT_LE(index->bytes(), size_t{4} << 20);
  holders.clear();
}

TEST_F(PrefixIndexTest, TakesLittleMemoryForLittle) {
  EXPECT_EQ(index->bytes(), 0u);
  index->Insert(Unique(1, 6'000), a.get());
  EXPECT_LT(index->bytes(), 6'000u * PrefixShard::kPlaceBytes * 4);
}

TEST_F(PrefixIndexTest, MoreWorkersThanItKnowsHaveNoHolder) {
  std::vector<std::unique_ptr<PrefixHolder>> holders;
  while (auto holder = index->NewHolder()) {
    holders.push_back(std::move(holder));
    ASSERT_LT(holders.size(), 5'000u);
  }
  holders.pop_back();
  EXPECT_NE(index->NewHolder(), nullptr);
}

TEST_F(PrefixIndexTest, ManyThreadsAgreeOnWhatIsHeld) {
  a->SetCapacity(2'000);
  std::vector<std::thread> threads;
  for (uint64_t t = 0; t < 4; ++t) {
    threads.emplace_back([this, t] {
      PrefixMatches mine;
      for (uint64_t i = 0; i < 300; ++i) {
        const Chain chain = ChainOf(i % 7, 40, t * 1'000 + i, 60);
        const uint32_t had = index->Insert(chain, (i % 2 == 0 ? a : b).get());
        index->Match(chain, &mine);
        if (i % 5 == 0) index->Remove(chain, had, a.get());
        if (i % 100 == 99) a->ForgetAll();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_GE(a->held(), 0);
  EXPECT_LE(a->held(), 2'000);
}

}  // namespace
}  // namespace banto::upstream
