#include "proxy/process/memory_trimmer.h"

#include <gtest/gtest.h>

#include <vector>

namespace banto {
namespace {

using Do = MemoryTrimmer::Do;

TEST(MemoryTrimmer, OnceAfterEachBusyTime_AndNeverDuringIt) {
  MemoryTrimmer trimmer;
  uint64_t exchanges = 0;
  for (int i = 0; i < 10; ++i) EXPECT_EQ(trimmer.OnTick(exchanges), Do::kNothing) << "not yet";
  for (int round = 0; round < 2; ++round) {
    for (int i = 0; i < 10; ++i) EXPECT_EQ(trimmer.OnTick(exchanges += 1000), Do::kNothing);
    std::vector<Do> done;
    // A request now and then is no traffic to wait for.
    for (int i = 0; i < 10; ++i) {
      const Do now = trimmer.OnTick(exchanges += 2);
      if (now != Do::kNothing) done.push_back(now);
    }
    EXPECT_EQ(done, (std::vector{Do::kDropSpares, Do::kTrim}));
  }
}

TEST(MemoryTrimmer, APauseOfASecondIsNotTheEnd) {
  MemoryTrimmer trimmer;
  uint64_t exchanges = 0;
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(trimmer.OnTick(exchanges += 1000), Do::kNothing);
    EXPECT_EQ(trimmer.OnTick(exchanges), Do::kNothing);
  }
}

}  // namespace
}  // namespace banto
