#include "proxy/base/near_list.h"

#include <gtest/gtest.h>

namespace banto::base {
namespace {

using List = NearList<int, 3>;

List OfSize(int size) {
  List list;
  for (int i = 0; i < size; ++i) list.Add(i);
  return list;
}

bool CountsTo(const List& list, int size) {
  if (list.size() != static_cast<size_t>(size)) return false;
  for (int i = 0; i < size; ++i) {
    if (list.elements()[static_cast<size_t>(i)] != i) return false;
  }
  return true;
}

TEST(NearList, KeepsItsOrderWhenItOutgrowsTheInlineStorage) {
  for (int size = 0; size < 8; ++size) EXPECT_TRUE(CountsTo(OfSize(size), size)) << size;
}

TEST(NearList, CopiesAndMovesInlineAndAllocated) {
  for (const int size : {0, 2, 3, 4, 7}) {
    List list = OfSize(size);
    List copy = OfSize(5);
    copy = list;
    EXPECT_TRUE(CountsTo(copy, size) && CountsTo(list, size)) << size;
    const List moved = std::move(list);
    EXPECT_TRUE(CountsTo(moved, size)) << size;
    EXPECT_EQ(list.size(), 0U);  // NOLINT: a moved-from list is empty and reusable
  }
}

TEST(NearList, IsReusableAfterClear) {
  List list = OfSize(7);
  list.Clear();
  EXPECT_EQ(list.size(), 0U);
  for (int i = 0; i < 5; ++i) list.Add(i);
  EXPECT_TRUE(CountsTo(list, 5));
}

}  // namespace
}  // namespace banto::base
