#include "proxy/net/spares.h"

#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

#include "proxy/net/recycled.h"
#include "proxy/net/spare_string.h"

namespace banto::net {
namespace {

struct Kept final : Spares {
  void Drop() override { ++dropped; }
  int dropped = 0;
};

TEST(SparesTest, DropAllOfThread_DropsEveryKind) {
  Kept one, another;
  Spares::DropAllOfThread();
  EXPECT_EQ(one.dropped, 1);
  EXPECT_EQ(another.dropped, 1);
}

TEST(SparesTest, KindThatIsGone_IsDroppedNoMore) {
  Kept first;
  {
    Kept second;
    Kept third;
  }
  Kept fourth;
  Spares::DropAllOfThread();
  EXPECT_EQ(first.dropped, 1);
  EXPECT_EQ(fourth.dropped, 1);
}

TEST(SparesTest, AnotherThreadsSpares_StayItsOwn) {
  Kept here;
  std::thread([] { Spares::DropAllOfThread(); }).join();
  EXPECT_EQ(here.dropped, 0);
}

TEST(SparesTest, RecycledBlocksAndStrings_AreAmongThem) {
  struct alignas(64) Thing : Recycled<Thing> {
    char bytes[1000];
  };
  delete new Thing;
  LeaveSpareString(std::string(1000, 'x'));
  EXPECT_EQ(FreeBlocks<Thing>::count(), size_t{BANTO_RECYCLES});
  Spares::DropAllOfThread();
  EXPECT_EQ(TakeSpareString().capacity(), std::string().capacity());
  EXPECT_EQ(FreeBlocks<Thing>::count(), size_t{0});
}

}  // namespace
}  // namespace banto::net
