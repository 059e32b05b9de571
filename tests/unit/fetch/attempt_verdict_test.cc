#include "proxy/fetch/attempt_verdict.h"

#include <gtest/gtest.h>

namespace banto {
namespace {

using health::AttemptOutcome;

TEST(AttemptVerdict, AStatusIsTheWorkersFailureOrItsAnswer) {
  using api::WorkerKind;
  for (const int status : {429, 503, 529})
    EXPECT_EQ(FailureOf(status, WorkerKind::kVllm), FailureKind::kOverloaded);
  for (const int status : {500, 502, 504})
    EXPECT_EQ(FailureOf(status, WorkerKind::kVllm), FailureKind::kServerError);
  for (const int status : {0, 200, 400, 401, 403, 404, 422, 424, 501})
    EXPECT_EQ(FailureOf(status, WorkerKind::kVllm), FailureKind::kNone);
  EXPECT_EQ(FailureOf(424, WorkerKind::kTgi), FailureKind::kServerError);
}

TEST(AttemptVerdict, ARefusedKeyIsTheWorkersFailureIfItIsOurs) {
  upstream::Worker worker;
  for (const int status : {401, 402, 403}) EXPECT_FALSE(RefusesOurKey(worker, status));
  worker.settings.headers = {{"X-Team", "a"}};
  EXPECT_FALSE(RefusesOurKey(worker, 401)) << "no key";
  worker.settings.headers = {{"X-API-Key", "ours"}};
  EXPECT_TRUE(RefusesOurKey(worker, 401));
  worker.settings.headers.clear();
  worker.own_key = true;
  for (const int status : {401, 402, 403}) EXPECT_TRUE(RefusesOurKey(worker, status));
  for (const int status : {200, 400, 404, 429, 500}) EXPECT_FALSE(RefusesOurKey(worker, status));
  EXPECT_EQ(VerdictOf(FailureKind::kKeyRefused, 401), AttemptOutcome::kKeyRefused);
  EXPECT_EQ(VerdictOf(FailureKind::kKeyRefused, 403), AttemptOutcome::kForbidden);
}

TEST(AttemptVerdict, WhatTheClientDidWrongIsNoFault) {
  EXPECT_EQ(VerdictOf(FailureKind::kNone, 401), AttemptOutcome::kSuccess);
  EXPECT_EQ(VerdictOf(FailureKind::kStreamError, 400), AttemptOutcome::kSuccess);
  EXPECT_EQ(VerdictOf(FailureKind::kNotAssembled, 200), AttemptOutcome::kSuccess) << "our wish";
  EXPECT_EQ(VerdictOf(FailureKind::kOverloaded, 429), AttemptOutcome::kBackPressure);
  EXPECT_EQ(VerdictOf(FailureKind::kServerError, 500), AttemptOutcome::kFault);
  EXPECT_EQ(VerdictOf(FailureKind::kReset, 0), AttemptOutcome::kFault);
}

}  // namespace
}  // namespace banto
