#include "cache/path_epochs.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace banto::cache {
namespace {

// Redis's side: the table and a clock.
struct Table {
  void Take(const PathEpochs::Change& change) {
    const size_t at = change.slot * PathEpochs::kEpochBytes;
    if (bytes.size() < at + PathEpochs::kEpochBytes) bytes.resize(at + PathEpochs::kEpochBytes);
    bytes.replace(at, PathEpochs::kEpochBytes, change.epoch);
  }
  // Sends and confirms all unsaved changes of `epochs`.
  void TakeAll(PathEpochs* epochs) {
    for (const PathEpochs::Change& change : epochs->Unsaved()) {
      Take(change);
      epochs->OnSaved(change, ++now_us);
    }
  }
  void TellTo(PathEpochs* epochs) { epochs->Follow(bytes, ++now_us); }

  std::string bytes;
  int64_t now_us = 0;
};

TEST(PathEpochs, EachWriteStartsANewEpoch) {
  PathEpochs epochs;
  EXPECT_EQ(epochs.Of("GET", "/predict"), 0u);
  std::set<uint64_t> seen = {0};
  for (int i = 0; i < 100; ++i) {
    epochs.Next("GET", "/predict");
    EXPECT_TRUE(seen.insert(epochs.Of("GET", "/predict")).second);
  }
  EXPECT_EQ(epochs.Of("GET", "/other"), 0u);
}

TEST(PathEpochs, AllSpellingsOfAPathAreOne) {
  for (const char* spelling :
       {"/%70redict", "/pre%64ict", "/predic%74", "/%70%72%65%64%69%63%74"}) {
    EXPECT_EQ(PathEpochs::SlotOf("GET", spelling), PathEpochs::SlotOf("GET", "/predict"))
        << spelling;
  }
  EXPECT_EQ(PathEpochs::SlotOf("GET", "/a%2Fb"), PathEpochs::SlotOf("GET", "/a%2fb"));
  EXPECT_NE(PathEpochs::SlotOf("GET", "/a%2"), PathEpochs::SlotOf("GET", "/a"));
}

TEST(PathEpochs, SlotsAreTheSameInEveryProcessAndVersion) {
  EXPECT_EQ(PathEpochs::SlotOf("", ""), 4033u);
  EXPECT_EQ(PathEpochs::SlotOf("GET", "/predict"), 1014u);
  EXPECT_EQ(PathEpochs::SlotOf("POST", "/predict"), 2467u);
}

TEST(PathEpochs, WriteReachesOthersAndSurvivesARestart) {
  Table table;
  PathEpochs a, b;
  a.Next("GET", "/x");
  table.TakeAll(&a);
  table.TellTo(&b);
  EXPECT_NE(b.Of("GET", "/x"), 0u);
  table.TellTo(&a);
  EXPECT_EQ(a.Of("GET", "/x"), b.Of("GET", "/x"));
  EXPECT_TRUE(a.Unsaved().empty());
  PathEpochs restarted;
  table.TellTo(&restarted);
  EXPECT_EQ(restarted.Of("GET", "/x"), a.Of("GET", "/x"));
}

TEST(PathEpochs, ATableFromBeforeTheWriteDoesNotUndoIt) {
  Table table;
  PathEpochs epochs;
  epochs.Next("GET", "/x");
  table.TakeAll(&epochs);
  table.TellTo(&epochs);
  const uint64_t before = epochs.Of("GET", "/x");
  const std::string old = table.bytes;
  const int64_t asked_us = table.now_us;
  epochs.Next("GET", "/x");
  epochs.Follow(old, asked_us + 1);  // not sent to Redis yet
  EXPECT_NE(epochs.Of("GET", "/x"), before);
  table.TakeAll(&epochs);
  epochs.Follow(old, asked_us);  // requested before Redis had it
  EXPECT_NE(epochs.Of("GET", "/x"), before);
  table.TellTo(&epochs);
  EXPECT_NE(epochs.Of("GET", "/x"), before);
}

TEST(PathEpochs, WritesOfTwoProcessesHoldInWhateverOrderTheyArrive) {
  for (const bool a_first : {true, false}) {
    Table table;
    PathEpochs a, b;
    a.Next("GET", "/x");
    const uint64_t a_stores_under = a.Of("GET", "/x");  // after its own write, before b's
    b.Next("GET", "/x");
    table.TakeAll(a_first ? &a : &b);
    table.TakeAll(a_first ? &b : &a);
    for (PathEpochs* p : {&a, &b}) {
      EXPECT_NE(b.Of("GET", "/x"), a_stores_under);
      table.TellTo(p);
    }
    EXPECT_EQ(a.Of("GET", "/x"), b.Of("GET", "/x"));
    EXPECT_NE(a.Of("GET", "/x"), a_stores_under);
  }
}

TEST(PathEpochs, OnlyTheLastWriteSettlesASlot) {
  PathEpochs epochs;
  epochs.Next("GET", "/x");
  const auto first = epochs.Unsaved();
  epochs.Next("GET", "/x");
  epochs.OnSaved(first.at(0), 1);
  EXPECT_EQ(epochs.Unsaved().size(), 1u);
}

TEST(PathEpochs, DataLostByRedisIsSentAgain) {
  Table table;
  PathEpochs epochs;
  epochs.Next("GET", "/x");
  table.TakeAll(&epochs);
  table.TellTo(&epochs);
  const uint64_t before = epochs.Of("GET", "/x");
  table.bytes.clear();
  table.TellTo(&epochs);
  EXPECT_NE(epochs.Of("GET", "/x"), 0u);
  EXPECT_NE(epochs.Of("GET", "/x"), before);  // others may have stored under it, and written since
  EXPECT_EQ(epochs.Unsaved().size(), 1u);
}

TEST(PathEpochs, ATableOfAnyLengthIsRead) {
  Table table;
  PathEpochs a;
  for (int i = 0; i < 200; ++i) a.Next("GET", "/" + std::to_string(i));
  table.TakeAll(&a);
  for (const size_t size : {size_t{0}, size_t{1}, size_t{7}, size_t{8}, table.bytes.size() - 1}) {
    PathEpochs b;
    b.Follow(std::string_view(table.bytes).substr(0, size), 1);
  }
  PathEpochs c;
  c.Follow(table.bytes + std::string(100'000, 'x'), 1);
  EXPECT_NE(c.Of("GET", "/7"), 0u);
}

}  // namespace
}  // namespace banto::cache
