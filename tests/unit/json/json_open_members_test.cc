#include "proxy/json/json_open_members.h"

#include <gtest/gtest.h>

#include <initializer_list>
#include <string>
#include <string_view>

namespace banto::json {
namespace {

// An object of members `"key":0`, as the scanner would leave it.
class JsonOpenMembersTest : public testing::Test {
 protected:
  JsonOpenMembersTest() { draft_.reserve(4096); }

  JsonOpenMembers::Object Open() {
    JsonOpenMembers::Object object{};
    members_.Open<true>(static_cast<uint32_t>(draft_.size()), &object);
    draft_ += '{';
    return object;
  }
  void Add(std::string_view key) {
    if (draft_.back() != '{') draft_ += ',';
    draft_ += '"';
    JsonRange& range = members_.Push();
    range.key_begin = static_cast<uint32_t>(draft_.size());
    draft_.append(key);
    range.key_end = static_cast<uint32_t>(draft_.size());
    draft_ += "\":0";
    range.key_head = JsonKeyHead(draft_.data() + range.key_begin, key.size());
    range.end = static_cast<uint32_t>(draft_.size());
    range.slot = members_.slots();
  }
  JsonKeys Close(const JsonOpenMembers::Object& object) {
    draft_ += '}';
    return members_.Close<true>(object, draft_.data(), static_cast<uint32_t>(draft_.size()));
  }

  std::string draft_;
  JsonOpenMembers members_;
};

TEST_F(JsonOpenMembersTest, AnObjectInOrderLeavesNothingBehind) {
  const auto object = Open();
  Add("a");
  Add("b");
  EXPECT_EQ(Close(object), JsonKeys::kGood);
  EXPECT_EQ(members_.slots(), 0u);
}

TEST_F(JsonOpenMembersTest, OneOutOfOrderIsKeptToBeWrittenAgain) {
  const auto object = Open();
  Add("b");
  Add("a");
  EXPECT_EQ(Close(object), JsonKeys::kGood);
  EXPECT_EQ(members_.slots(), 1u);
}

TEST_F(JsonOpenMembersTest, EqualKeysAreSeenInAnyOrder) {
  const auto object = Open();
  for (const char* key : {"a", "b", "a"}) Add(key);
  EXPECT_EQ(Close(object), JsonKeys::kDuplicate);
}

TEST_F(JsonOpenMembersTest, TheMembersAtTheTopStayAsTheyCameAndAreSortedByIndex) {
  Open();
  for (const char* key : {"b", "c", "a"}) Add(key);
  EXPECT_EQ(members_.CloseTop(), JsonKeys::kGood);
  JsonStack<uint32_t> sorted;
  EXPECT_EQ(members_.SortTop(draft_.data(), &sorted), JsonKeys::kGood);
  ASSERT_EQ(sorted.size(), 3u);
  EXPECT_EQ(sorted[0], 2u);
  EXPECT_EQ(sorted[1], 0u);
  EXPECT_EQ(sorted[2], 1u);
}

TEST_F(JsonOpenMembersTest, MembersAreCountedOverAllObjects) {
  JsonOpenMembers::Object object{};
  const uint32_t half = JsonScan::kMembersMax / 2;
  const auto add = [&](uint32_t count) {
    members_.Open<false>(0, &object);
    for (uint32_t i = 0; i < count; ++i) members_.Push() = {i, 0, 0, 0, 0};
    return members_.Close<false>(object, draft_.data(), 0);
  };
  EXPECT_NE(add(half), JsonKeys::kTooMany);
  EXPECT_NE(add(half), JsonKeys::kTooMany);
  EXPECT_EQ(add(1), JsonKeys::kTooMany);
}

}  // namespace
}  // namespace banto::json
