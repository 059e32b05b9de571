#include "proxy/exchange/reply.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "cache/pace.h"
#include "proxy/net/event_loop.h"

namespace banto {
namespace {

std::string All(Reply* reply) {
  std::string all, room;
  while (!reply->over()) all += reply->Next(&room);
  return all;
}

TEST(Reply, APartIsLeftOutWhereverTheSlicesEnd) {
  for (const size_t before :
       {size_t{0}, size_t{10}, size_t{65'535}, size_t{65'536}, size_t{65'537}, size_t{200'000}}) {
    for (const size_t after : {size_t{1}, size_t{70'000}}) {
      auto entry = std::make_shared<cache::Entry>();
      entry->body = std::string(before, 'a') + "usage" + std::string(after, 'z');
      Reply reply;
      reply.Set(entry, {static_cast<uint32_t>(before), 5}, 0, 0);
      EXPECT_EQ(reply.size(), before + after);
      EXPECT_EQ(All(&reply), std::string(before, 'a') + std::string(after, 'z')) << before;
    }
  }
}

TEST(Reply, WithoutSuchAPartItIsTheBody) {
  auto entry = std::make_shared<cache::Entry>();
  entry->body = std::string(150'000, 'a');
  Reply reply;
  reply.Set(entry, {}, 0, 0);
  EXPECT_EQ(All(&reply), entry->body);
  Reply nothing;
  nothing.Set(entry, {3, 5}, 0, 0);
  nothing.DropPayload();
  EXPECT_EQ(nothing.size(), 0u);
  EXPECT_TRUE(nothing.over());
}

constexpr int64_t kHourMs = 3'600'000;

// "aaaaa" at once, "bbbbb" an hour later, "ccccc" after another.
std::shared_ptr<cache::Entry> PacedEntry() {
  auto entry = std::make_shared<cache::Entry>();
  entry->body = "aaaaabbbbbccccc";
  cache::PaceWriter writer;
  for (const size_t part : {0u, 1u, 2u})
    writer.Note(5 * part, static_cast<int64_t>(part) * kHourMs, &entry->pace);
  return entry;
}

TEST(Reply, WhatIsNotDueIsHeldBack) {
  net::EventLoop loop;
  Reply reply;
  reply.Set(PacedEntry(), {}, 0, 0);
  reply.KeepPace(&loop, [] {});
  std::string room;
  ASSERT_TRUE(reply.IsDue());
  EXPECT_EQ(reply.Next(&room), "aaaaa");
  EXPECT_FALSE(reply.IsDue());
  EXPECT_FALSE(reply.over());
}

TEST(Reply, InAHurryTheRestIsDue) {
  net::EventLoop loop;
  Reply reply;
  reply.Set(PacedEntry(), {5, 5}, 0, 0);
  reply.KeepPace(&loop, [] {});
  std::string room;
  ASSERT_TRUE(reply.IsDue());
  EXPECT_EQ(reply.Next(&room), "aaaaa");
  reply.Hurry();
  ASSERT_TRUE(reply.IsDue());
  EXPECT_EQ(reply.Next(&room), "ccccc");
  EXPECT_TRUE(reply.over());
}

}  // namespace
}  // namespace banto
