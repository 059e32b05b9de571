// The log of a shared Fetch: what each reader is told, from its own place, whatever it missed.
#include "proxy/fetch/fetch_log.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "proxy/fetch/fetch_table.h"
#include "tests/unit/upstream/fleet.h"

namespace banto {
namespace {

using Kind = LogNews::Kind;
constexpr uint64_t kKept = 1000;  // bytes that the cache would keep
constexpr size_t kAll = 64 << 20;

class Home final : public LogHome {
 public:
  void OnJoined() override { ++joined; }
  void OnNobodyReads() override { ++unread; }
  void OnReadersTake() override { ++takes; }
  int joined = 0, unread = 0, takes = 0;
};

// A reader that takes what comes when it is told to.
class Reader final : public LogReader {
 public:
  Reader(const std::shared_ptr<FetchLog>& log, net::EventLoop* loop, LogPlace place = {})
      : log_(log), place_(place), readers_(log->Join(this, &place_, loop)) {}
  ~Reader() { Leave(); }
  void OnLogNews() override { ++told; }
  void OnGivenBack(std::unique_ptr<Fetch> /*fetch*/, FetchHead /*head*/) override {}
  void Leave() {
    if (readers_) log_->Leave(this, place_, readers_.get());
    readers_.reset();
  }
  LogNews Read(size_t bytes_max = kAll) { return log_->Read(&place_, bytes_max, &room); }
  // All that is there, as text: "head|data|…".
  std::string Take() {
    std::string taken;
    while (true) {
      const LogNews news = Read();
      switch (news.kind) {
        case Kind::kNothing:
          return taken;
        case Kind::kHead:
          taken += std::to_string(news.head.status) + "|";
          break;
        case Kind::kData:
          taken += room;
          if (news.end) return taken + "|end";
          break;
        case Kind::kBroken:
          return taken + "|" + news.failure.message;
        case Kind::kBehind:
          return taken + "|behind";
        case Kind::kClosed:
          return taken + (news.may_join ? "|again" : "|alone");
      }
    }
  }
  ops::FetchOutcome Outcome() { return log_->TakeOutcome(place_); }
  std::string room;
  int told = 0;

 private:
  std::shared_ptr<FetchLog> log_;
  LogPlace place_;
  std::shared_ptr<LogReaders> readers_;
};

class FetchLogTest : public testing::Test {
 protected:
  ~FetchLogTest() override { upstream::Turn(&loop_); }
  void Add(const std::string& bytes) {
    const std::string_view piece = bytes;
    log_->Add({&piece, 1}, 0);
    log_->Tell();
  }
  void Begin(int status_for_others = 203) {  // to tell them apart
    FetchHead first, others;
    first.status = 200;
    others.status = status_for_others;
    log_->Begin({first, others}, {});
  }
  static ops::FetchOutcome Outcome() {
    ops::FetchOutcome outcome;
    outcome.worker = "gpu";
    outcome.attempts.emplace_back();
    return outcome;
  }
  static LogPlace Waiting() {
    LogPlace place;
    place.waits = true;
    return place;
  }
  static LogPlace First() {
    LogPlace place;
    place.is_first = true;
    return place;
  }

  net::EventLoop loop_;
  Home home_;
  BufferedBytes::Budget budget_;
  std::shared_ptr<FetchLog> log_ = std::make_shared<FetchLog>(&loop_, &home_, &budget_, 1, kKept);
};

TEST_F(FetchLogTest, WhoJoinsAFetchOfOne_HomeIsTold) {
  Reader reader(log_, &loop_);
  EXPECT_EQ(reader.Take(), "");
  upstream::Turn(&loop_);
  EXPECT_EQ(home_.joined, 1);
}

TEST_F(FetchLogTest, EachReaderHasAllFromItsOwnPlace) {
  log_->Share();
  Reader early(log_, &loop_);
  Begin();
  Add("one ");
  EXPECT_EQ(early.Take(), "203|one ");
  Add("two");
  Reader late(log_, &loop_);
  log_->End({});
  EXPECT_EQ(early.Take(), "two|end");
  EXPECT_EQ(late.Take(), "203|one two|end");
}

TEST_F(FetchLogTest, TheFirstHasItsOwnHeadAndGoesOnWhereItWas) {
  log_->Share();
  LogPlace place = First();
  place.has_head = true;
  place.at = 4;
  Reader first(log_, &loop_, place), fresh(log_, &loop_, First());
  Begin();
  Add("one two");
  EXPECT_EQ(first.Take(), "two");
  EXPECT_EQ(fresh.Take(), "200|one two");
}

TEST_F(FetchLogTest, AnAnswerIsTakenInSlices_AndEndsWithTheLast) {
  log_->Share();
  Reader reader(log_, &loop_);
  Begin();
  Add("abcde");
  log_->End({});
  EXPECT_EQ(reader.Read(2).kind, Kind::kHead);
  EXPECT_FALSE(reader.Read(2).end);
  EXPECT_EQ(reader.room, "ab");
  EXPECT_FALSE(reader.Read(2).end);
  EXPECT_TRUE(reader.Read(2).end);
  EXPECT_EQ(reader.room, "e");
}

TEST_F(FetchLogTest, ABreakComesAfterWhatWasSaid) {
  log_->Share();
  Reader reader(log_, &loop_);
  Begin();
  Add("one");
  Failure failure;
  failure.message = "broken";
  log_->Break(failure, {});
  EXPECT_EQ(reader.Take(), "203|one|broken");
}

TEST_F(FetchLogTest, WhatIsClosedBeforeItsHead_IsAskedAnew) {
  Reader alone(log_, &loop_);
  log_->Close(true);
  EXPECT_EQ(alone.Take(), "|again");
  log_->Close(false);
  EXPECT_EQ(alone.Take(), "|again") << "once";
}

TEST_F(FetchLogTest, WhatIsClosedInTheMiddle_IsBroken) {
  log_->Share();
  Reader reader(log_, &loop_);
  Begin();
  Add("one");
  EXPECT_EQ(reader.Take(), "203|one");
  log_->Close(true);
  EXPECT_EQ(reader.Take(), "|The proxy is stopping.");
}

TEST_F(FetchLogTest, WhatIsClosedInTheMiddle_IsAskedAnewByWhoWasToldNothing) {
  log_->Share();
  Begin();
  Add("one");
  EXPECT_TRUE(log_->CloseIfUnread());
  Reader late(log_, &loop_);
  EXPECT_EQ(late.Take(), "|again");
}

TEST_F(FetchLogTest, WhoJoinsJustBeforeItIsClosedAsUnread_ReadsOn) {
  log_->Share();
  Begin();
  Reader late(log_, &loop_);
  EXPECT_EQ(late.Take(), "203|");
  EXPECT_FALSE(log_->CloseIfUnread());
  Add("one");
  EXPECT_EQ(late.Take(), "one");
}

TEST_F(FetchLogTest, WhoIsToldNothingAndFindsTheBeginningGone_AsksAnew) {
  log_->Share();
  Reader fast(log_, &loop_), slow(log_, &loop_);
  Begin();
  const std::string part(256 * 1024, 'x');
  for (int i = 0; i < 12; ++i) {
    Add(part);
    fast.Take();
  }
  EXPECT_EQ(slow.Take(), "|again");
}

TEST_F(FetchLogTest, WhoWaitsForAnotherPackaging_IsToldOnlyOfTheEnd) {
  log_->Share();
  Reader first(log_, &loop_), waits(log_, &loop_, Waiting());
  Begin(200);
  Add("one");
  EXPECT_EQ(waits.Take(), "");
  EXPECT_TRUE(log_->End({})) << "somebody has read it";
  EXPECT_EQ(waits.Take(), "|again");
}

TEST_F(FetchLogTest, WhoWaitsForAnotherPackaging_SetsNoPaceAndIsNotBehind) {
  log_->Share();
  Reader fast(log_, &loop_), waits(log_, &loop_, Waiting());
  Begin(200);
  const std::string part(256 * 1024, 'x');
  for (int i = 0; i < 12; ++i) {
    Add(part);
    fast.Take();
  }
  EXPECT_EQ(waits.Take(), "|again");
}

TEST_F(FetchLogTest, WhoWaitsForAnotherPackaging_HasAnErrorAsItIs) {
  log_->Share();
  Reader waits(log_, &loop_, Waiting());
  FetchHead refused;
  refused.status = 400;
  log_->Begin({refused, refused}, {});
  Add("no");
  EXPECT_TRUE(log_->End({}));
  EXPECT_EQ(waits.Take(), "400|no|end");
}

TEST_F(FetchLogTest, TheWorkersErrorEventWasTold_ToWhoHadTheAnswerOnly) {
  log_->Share();
  Reader first(log_, &loop_), waits(log_, &loop_, Waiting());
  Begin(200);
  Add("error event");
  Failure failure;
  failure.told = true;
  failure.message = "broken";
  EXPECT_TRUE(log_->Break(failure, {}));
  EXPECT_EQ(first.Read().kind, Kind::kHead);
  EXPECT_EQ(first.Read().kind, Kind::kData);
  EXPECT_TRUE(first.Read().failure.told);
  const LogNews news = waits.Read();
  EXPECT_EQ(news.kind, Kind::kBroken);
  EXPECT_FALSE(news.failure.told);
}

TEST_F(FetchLogTest, WhatOnlyThoseHeardWhoWaitForAnotherPackaging_IsInNobodysRecord) {
  log_->Share();
  Reader first(log_, &loop_, First()), waits(log_, &loop_, Waiting());
  Begin(200);
  first.Leave();
  EXPECT_FALSE(log_->End(Outcome()));
  EXPECT_TRUE(waits.Outcome().attempts.empty()) << "it is counted already";
}

TEST_F(FetchLogTest, ALongAnswer_KeepsAWindow_AndTheSlowFallOut) {
  log_->Share();
  Reader fast(log_, &loop_), slow(log_, &loop_);
  Begin();
  const std::string part(256 * 1024, 'x');
  for (int i = 0; i < 40; ++i) {
    Add(part);
    fast.Take();
    EXPECT_FALSE(log_->IsAhead());
    if (i == 0) slow.Read();
  }
  EXPECT_EQ(slow.Take(), "|behind");
  EXPECT_LT(budget_.held.load(), 4u << 20);
}

TEST_F(FetchLogTest, WhenNobodyKeepsUp_TheWorkerWaitsForTheFastest) {
  log_->Share();
  Reader fast(log_, &loop_), slow(log_, &loop_);
  Begin();
  const std::string part(128 * 1024, 'x');
  int added = 0;
  for (; !log_->IsAhead(); ++added) {
    ASSERT_LT(added, 100);
    Add(part);
  }
  slow.Read();
  upstream::Turn(&loop_);
  EXPECT_EQ(home_.takes, 0);
  const std::string taken = fast.Take();
  upstream::Turn(&loop_);
  EXPECT_EQ(home_.takes, 1);
  fast.Take();
  upstream::Turn(&loop_);
  EXPECT_EQ(home_.takes, 1) << "told once";
}

TEST_F(FetchLogTest, TheFirstsRecordHasTheCost_OrSomebodysIfItLeft) {
  log_->Share();
  Reader first(log_, &loop_, First()), second(log_, &loop_), third(log_, &loop_);
  Begin();
  log_->End(Outcome());
  EXPECT_TRUE(second.Outcome().attempts.empty());
  EXPECT_EQ(second.Outcome().worker, "gpu");
  EXPECT_EQ(first.Outcome().attempts.size(), 1u);
  first.Leave();
  EXPECT_TRUE(third.Outcome().attempts.empty()) << "taken already";
}

TEST_F(FetchLogTest, WhenTheFirstLeftBeforeTheEnd_TheNextToFinishHasTheCost) {
  log_->Share();
  Reader first(log_, &loop_, First()), second(log_, &loop_), third(log_, &loop_);
  first.Leave();
  EXPECT_TRUE(first.Outcome().attempts.empty());
  log_->End(Outcome());
  EXPECT_EQ(second.Outcome().attempts.size(), 1u);
  EXPECT_TRUE(third.Outcome().attempts.empty());
}

TEST_F(FetchLogTest, TheLastToLeave_HomeIsTold) {
  log_->Share();
  Reader one(log_, &loop_), two(log_, &loop_);
  one.Leave();
  upstream::Turn(&loop_);
  EXPECT_EQ(home_.unread, 0);
  two.Leave();
  upstream::Turn(&loop_);
  EXPECT_EQ(home_.unread, 1);
}

TEST_F(FetchLogTest, EachReaderIsToldOnce_HoweverManyTheyAre) {
  log_->Share();
  std::vector<std::unique_ptr<Reader>> readers;
  for (int i = 0; i < 200; ++i) readers.push_back(std::make_unique<Reader>(log_, &loop_));
  Begin();
  for (int i = 0; i < 10; ++i) upstream::Turn(&loop_);
  for (const auto& reader : readers) EXPECT_EQ(reader->told, 1);
}

class FetchTableTest : public FetchLogTest {
 protected:
  using Part = FetchTable::Part;
  std::shared_ptr<FetchLog> Log(uint64_t epoch = 1) {
    return std::make_shared<FetchLog>(&loop_, &home_, &budget_, epoch, kKept);
  }
  FetchTable table_;
  cache::CacheKey key_;
};

TEST_F(FetchTableTest, TheSecondJoinsTheFirst_UntilThatIsOver) {
  const auto log = Log();
  EXPECT_EQ(table_.Enter(key_, log, 0).part, Part::kFirst);
  const FetchTable::Place second = table_.Enter(key_, Log(), 0);
  EXPECT_EQ(second.part, Part::kJoins);
  EXPECT_EQ(second.log, log);
  table_.Remove(key_, log.get());
  EXPECT_EQ(table_.size(), 0u);
  EXPECT_EQ(table_.Enter(key_, Log(), 0).part, Part::kFirst);
}

TEST_F(FetchTableTest, AfterAPurgeOneBeginsAnew_WhichTheOldOneDoesNotRemove) {
  const auto before = Log(1), after = Log(2);
  table_.Enter(key_, before, 0);
  EXPECT_EQ(table_.Enter(key_, after, 0).part, Part::kFirst);
  table_.Remove(key_, before.get());
  EXPECT_EQ(table_.Enter(key_, Log(2), 0).log, after);
}

TEST_F(FetchTableTest, WhatIsNotForSharing_IsAskedAloneForAWhile) {
  const auto log = Log();
  table_.Enter(key_, log, 0);
  table_.NoteUnshared(key_, log.get(), 0);
  EXPECT_EQ(table_.Enter(key_, Log(), 29'000).part, Part::kAlone);
  EXPECT_EQ(table_.Enter(key_, Log(), 30'000).part, Part::kFirst);
}

}  // namespace
}  // namespace banto
