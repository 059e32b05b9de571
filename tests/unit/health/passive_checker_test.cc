#include "health/passive_checker.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace banto::health {
namespace {

using Change = PassiveChecker::Change;

// Reports faults until one ejects; returns how many it took.
int FaultsUntilEjected(PassiveChecker* checker, int64_t now_ms) {
  for (int n = 1; n <= 20; ++n) {
    if (checker->Report(AttemptOutcome::kFault, now_ms) == Change::kEjected) return n;
  }
  return 0;
}

TEST(PassiveChecker, FiveFaultsInARowEjectForFiveSeconds) {
  PassiveChecker checker;
  EXPECT_EQ(FaultsUntilEjected(&checker, 1'000), 5);
  EXPECT_TRUE(checker.Ejected(5'999));
  EXPECT_FALSE(checker.Ejected(6'000));
  EXPECT_EQ(checker.ejected_until_ms(), 6'000);
}

TEST(PassiveChecker, AnySuccessBetweenStartsTheCountAgain) {
  PassiveChecker checker;
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < 4; ++i) EXPECT_EQ(checker.Report(AttemptOutcome::kFault, 1), Change::kNone);
    checker.Report(AttemptOutcome::kSuccess, 1);
  }
  EXPECT_FALSE(checker.Ejected(1));
  EXPECT_EQ(FaultsUntilEjected(&checker, 1), 5);
}

TEST(PassiveChecker, ClientsLeavingAndBackPressureAreNotFaults) {
  PassiveChecker checker;
  for (int i = 0; i < 50; ++i) {
    EXPECT_EQ(checker.Report(AttemptOutcome::kClientLeft, 1), Change::kNone);
    EXPECT_NE(checker.Report(AttemptOutcome::kBackPressure, 1), Change::kEjected);
  }
  EXPECT_FALSE(checker.Ejected(1));
}

TEST(PassiveChecker, EachEjectionLastsTwiceAsLongUpToAMinute) {
  PassiveChecker checker;
  int64_t now_ms = 0;
  FaultsUntilEjected(&checker, now_ms);
  for (const int64_t wanted_ms : {5'000, 10'000, 20'000, 40'000, 60'000, 60'000}) {
    EXPECT_EQ(checker.ejected_until_ms() - now_ms, wanted_ms);
    now_ms = checker.ejected_until_ms();
    EXPECT_EQ(FaultsUntilEjected(&checker, now_ms), 1) << "after an ejection one fault is enough";
  }
}

TEST(PassiveChecker, FaultsDuringTheEjectionDoNotProlongIt) {
  PassiveChecker checker;
  FaultsUntilEjected(&checker, 0);
  for (int i = 0; i < 100; ++i)
    EXPECT_EQ(checker.Report(AttemptOutcome::kFault, 4'000), Change::kNone);
  EXPECT_EQ(checker.ejected_until_ms(), 5'000);
}

TEST(PassiveChecker, OneSuccessHealsAndForgetsTheGrowth) {
  PassiveChecker checker;
  FaultsUntilEjected(&checker, 0);
  FaultsUntilEjected(&checker, 5'000);
  checker.Report(AttemptOutcome::kSuccess, 6'000);
  EXPECT_FALSE(checker.Ejected(6'000));
  EXPECT_EQ(FaultsUntilEjected(&checker, 7'000), 5);
  EXPECT_EQ(checker.ejected_until_ms(), 12'000);
}

TEST(PassiveChecker, HealEndsAnEjection) {
  PassiveChecker checker;
  FaultsUntilEjected(&checker, 0);
  checker.Heal();
  EXPECT_FALSE(checker.Ejected(1));
}

TEST(PassiveChecker, CoolsDownAsRequestedUpToFiveSeconds) {
  PassiveChecker unnamed, named, long_one;
  unnamed.Report(AttemptOutcome::kBackPressure, 100);
  EXPECT_TRUE(unnamed.CoolingDown(1'099));
  EXPECT_FALSE(unnamed.CoolingDown(1'100));
  named.Report(AttemptOutcome::kBackPressure, 100, 3'000);
  EXPECT_TRUE(named.CoolingDown(3'099));
  EXPECT_FALSE(named.CoolingDown(3'100));
  long_one.Report(AttemptOutcome::kBackPressure, 100, 3'600'000);
  EXPECT_TRUE(long_one.CoolingDown(5'099));
  EXPECT_FALSE(long_one.CoolingDown(5'100));
}

TEST(PassiveChecker, AShorterCoolDownDoesNotShortenALongerOne) {
  PassiveChecker checker;
  checker.Report(AttemptOutcome::kBackPressure, 0, 4'000);
  checker.Report(AttemptOutcome::kBackPressure, 0, 1'000);
  EXPECT_TRUE(checker.CoolingDown(3'999));
}

TEST(PassiveChecker, ACoolDownLetsOneRequestASecondThroughAfterItsFirst) {
  PassiveChecker checker;
  checker.Report(AttemptOutcome::kBackPressure, 0, 30'000);
  EXPECT_FALSE(checker.TakeTrial(999));
  EXPECT_TRUE(checker.MayTry(1'000));
  EXPECT_TRUE(checker.TakeTrial(1'000));
  EXPECT_FALSE(checker.MayTry(1'000));
  EXPECT_FALSE(checker.TakeTrial(1'999));
  EXPECT_TRUE(checker.TakeTrial(2'000));
}

TEST(PassiveChecker, ShortCoolDownIsServedInFull) {
  PassiveChecker checker;
  checker.Report(AttemptOutcome::kBackPressure, 0, 300);
  EXPECT_FALSE(checker.MayTry(299));
  EXPECT_TRUE(checker.MayTry(300));
}

TEST(PassiveChecker, ASuccessThatBeganAfterTheAnswerEndsTheCoolDown) {
  PassiveChecker checker;
  checker.Report(AttemptOutcome::kBackPressure, 100, 30'000);
  EXPECT_EQ(checker.Report(AttemptOutcome::kSuccess, 1'200, -1, 1'100), Change::kNone);
  EXPECT_TRUE(checker.CoolingDown(1'200));
  EXPECT_EQ(checker.Report(AttemptOutcome::kSuccess, 1'200, -1, 1'099), Change::kCoolDownOver);
  EXPECT_FALSE(checker.CoolingDown(1'200));
  EXPECT_EQ(checker.Report(AttemptOutcome::kSuccess, 1'201), Change::kNone);
}

TEST(PassiveChecker, WithNothingLeftItRestsUntilTheResetAndNothingIsTried) {
  PassiveChecker checker;
  EXPECT_EQ(checker.Rest(CoolDownCause::kNoTokens, 1'000, 12'000), Change::kCoolDown);
  EXPECT_EQ(checker.cool_down_cause(), CoolDownCause::kNoTokens);
  EXPECT_TRUE(checker.CoolingDown(12'999));
  EXPECT_FALSE(checker.MayTry(12'999));
  EXPECT_FALSE(checker.CoolingDown(13'000));
  EXPECT_TRUE(checker.MayTry(13'000));
  checker.Rest(CoolDownCause::kNoRequests, 20'000, 360'000);
  EXPECT_TRUE(checker.CoolingDown(79'999));
  EXPECT_FALSE(checker.CoolingDown(80'000)) << "at most a minute";
}

TEST(PassiveChecker, TheAnswerThatToldOfARestDoesNotEndIt) {
  PassiveChecker checker;
  checker.Rest(CoolDownCause::kNoRequests, 1'000, 12'000);
  EXPECT_EQ(checker.Report(AttemptOutcome::kSuccess, 1'500, -1, 600), Change::kNone);
  EXPECT_TRUE(checker.CoolingDown(1'500));
}

TEST(PassiveChecker, ARefusedKeyIsTriedOnceASecond) {
  PassiveChecker checker;
  EXPECT_EQ(checker.Report(AttemptOutcome::kKeyRefused, 1'000), Change::kCoolDown);
  EXPECT_EQ(checker.cool_down_cause(), CoolDownCause::kKeyRefused);
  EXPECT_FALSE(checker.TakeTrial(1'999));
  EXPECT_TRUE(checker.TakeTrial(2'000));
  EXPECT_EQ(checker.Report(AttemptOutcome::kSuccess, 2'001, -1, 1), Change::kCoolDownOver);
}

TEST(PassiveChecker, AForbiddenRequestIsAFaultAndSaidOnceAMinute) {
  PassiveChecker checker;
  EXPECT_EQ(checker.Report(AttemptOutcome::kForbidden, 1), Change::kForbidden);
  EXPECT_EQ(checker.Report(AttemptOutcome::kForbidden, 2), Change::kNone);
  EXPECT_FALSE(checker.CoolingDown(3) || checker.Ejected(3));
  for (int i = 3; i < PassiveChecker::kFaultsToEject; ++i)
    EXPECT_EQ(checker.Report(AttemptOutcome::kForbidden, 3), Change::kNone);
  EXPECT_EQ(checker.Report(AttemptOutcome::kForbidden, 4), Change::kEjected);
}

TEST(PassiveChecker, CoolDownIsReportedOnceAMinute) {
  PassiveChecker checker;
  EXPECT_EQ(checker.Report(AttemptOutcome::kBackPressure, 1), Change::kCoolDown);
  EXPECT_EQ(checker.Report(AttemptOutcome::kBackPressure, 60'000), Change::kNone);
  EXPECT_EQ(checker.Report(AttemptOutcome::kBackPressure, 60'001), Change::kCoolDown);
}

TEST(PassiveChecker, ManyThreadsEjectOnce) {
  PassiveChecker checker;
  std::atomic<int> ejections{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 1'000; ++i) {
        if (checker.Report(AttemptOutcome::kFault, 1'000) == Change::kEjected)
          ejections.fetch_add(1);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(ejections.load(), 1);
  EXPECT_EQ(checker.ejected_until_ms(), 6'000);
}

}  // namespace
}  // namespace banto::health
