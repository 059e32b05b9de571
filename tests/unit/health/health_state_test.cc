#include "health/health_state.h"

#include <gtest/gtest.h>

#include <string>

namespace banto::health {
namespace {

// Each letter is an outcome (o ok, l loading, f failed); each letter of `verdicts` is the verdict
// after it (H healthy, L loading, U unhealthy).
void Play(HealthThresholds thresholds, const std::string& outcomes, const std::string& verdicts) {
  HealthState state(thresholds);
  std::string seen;
  for (const char c : outcomes) {
    const Verdict before = state.verdict();
    const bool flipped = state.Observe(c == 'o'   ? ProbeOutcome::kOk
                                       : c == 'l' ? ProbeOutcome::kLoading
                                                  : ProbeOutcome::kFailed);
    EXPECT_EQ(flipped, before != state.verdict()) << outcomes << " at " << seen.size();
    seen += state.verdict() == Verdict::kHealthy     ? 'H'
            : state.verdict() == Verdict::kLoading   ? 'L'
            : state.verdict() == Verdict::kUnhealthy ? 'U'
                                                     : '?';
  }
  EXPECT_EQ(seen, verdicts) << outcomes << " with rise " << thresholds.rise << " fall "
                            << thresholds.fall;
}

TEST(HealthState, FirstOutcomeDecidesAtOnce) {
  Play({2, 3}, "o", "H");
  Play({2, 3}, "f", "U");
  Play({2, 3}, "l", "L");
}

TEST(HealthState, FallFailuresInARowMakeItUnhealthy) {
  Play({2, 3}, "offoffof", "HHHHHHHH");
  Play({2, 3}, "offf", "HHHU");
  Play({2, 1}, "of", "HU");
}

TEST(HealthState, RiseSuccessesInARowMakeItHealthy) {
  Play({2, 3}, "foo", "UUH");
  Play({2, 3}, "fofoo", "UUUUH");
  Play({1, 3}, "fo", "UH");
}

TEST(HealthState, LoadingIsBelievedAtOnceAndOneSuccessEndsIt) {
  Play({2, 3}, "olo", "HLH");
  Play({3, 3}, "flo", "ULH");
  Play({2, 3}, "offlffo", "HHHLLLH");
}

TEST(HealthState, LoadingThatThenFailsBecomesUnhealthy) { Play({2, 3}, "lfff", "LLLU"); }

TEST(HealthState, OnlyWhatFollowsOneAnotherCounts) {
  Play({2, 3}, "fofofoo", "UUUUUUH");
  Play({2, 3}, "offoffofff", "HHHHHHHHHU");
  Play({2, 3}, "offlff", "HHHLLL");
}

}  // namespace
}  // namespace banto::health
