#include "proxy/process/descriptor_table.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <fstream>
#include <string>

namespace banto {
namespace {

// The kernel's word for how many descriptors fit before the table must grow.
uint64_t TableSize() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("FDSize:")) return std::stoull(line.substr(7));
  }
  return 0;
}

TEST(DescriptorTable, HoldsWhatIsReserved_AndTheSoftLimitFollows) {
  rlimit before{};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &before), 0);
  ASSERT_GE(before.rlim_max, 3'000U);
  rlimit low = before;
  low.rlim_cur = 300;
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &low), 0);
  EXPECT_EQ(DescriptorTable::Reserve(3'000), 3'000U);
  EXPECT_GE(TableSize(), 3'000U);
  EXPECT_EQ(DescriptorTable::Reserve(200), 3'000U) << "a limit is never lowered";
  setrlimit(RLIMIT_NOFILE, &before);
}

TEST(DescriptorTable, LetsAClientInWhileEachMayHaveAWorkersConnectionToo) {
  rlimit before{};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &before), 0);
  rlimit low = before;
  low.rlim_cur = 128;
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &low), 0);
  DescriptorTable::NoteOwn();
  EXPECT_TRUE(DescriptorTable::HasRoom(1, 0));
  EXPECT_TRUE(DescriptorTable::HasRoom(40, 0));
  EXPECT_FALSE(DescriptorTable::HasRoom(40, 32)) << "idle connections to workers take room too";
  EXPECT_FALSE(DescriptorTable::HasRoom(60, 0)) << "60 clients and their 60 workers";
  low.rlim_cur = 3'024;
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &low), 0);
  EXPECT_TRUE(DescriptorTable::HasRoom(1'000, 2'000)) << "what was reserved is there for all";
  EXPECT_FALSE(DescriptorTable::HasRoom(1'500, 100));
  setrlimit(RLIMIT_NOFILE, &before);
}

}  // namespace
}  // namespace banto
