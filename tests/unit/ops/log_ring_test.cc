#include "proxy/ops/log_ring.h"

#include <gtest/gtest.h>

#include <string>
#include <thread>

namespace banto::ops {
namespace {

std::string Content(const ByteRing& ring) {
  iovec pieces[2];
  std::string content;
  const int count = ring.Peek(pieces);
  for (int i = 0; i < count; ++i) {
    content.append(static_cast<const char*>(pieces[i].iov_base), pieces[i].iov_len);
  }
  return content;
}

TEST(ByteRing, ReturnsCompleteLinesInOrder) {
  LogAlarm alarm;
  ByteRing ring(64, &alarm);
  EXPECT_TRUE(ring.empty());
  EXPECT_TRUE(ring.Push("one"));
  EXPECT_TRUE(ring.Push(""));
  EXPECT_TRUE(ring.Push("two"));
  EXPECT_EQ(Content(ring), "one\n\ntwo\n");
  ring.Release(5);
  EXPECT_EQ(Content(ring), "two\n");
}

TEST(ByteRing, FullRingDropsTheLineAndCounts) {
  LogAlarm alarm;
  ByteRing ring(16, &alarm);
  EXPECT_TRUE(ring.Push("0123456"));
  EXPECT_FALSE(ring.Push("01234567"));  // 9 bytes with its newline; 8 are left
  EXPECT_TRUE(ring.Push("abcdefg"));
  EXPECT_FALSE(ring.Push(""));
  EXPECT_EQ(ring.dropped(), 2u);
  EXPECT_EQ(Content(ring), "0123456\nabcdefg\n");
  ring.Release(8);
  EXPECT_TRUE(ring.Push("hijklmn"));
  EXPECT_EQ(Content(ring), "abcdefg\nhijklmn\n");
}

TEST(ByteRing, LineLargerThanTheRingIsDropped) {
  LogAlarm alarm;
  ByteRing ring(16, &alarm);
  EXPECT_FALSE(ring.Push(std::string(1000, 'x')));
  EXPECT_TRUE(ring.empty());
  EXPECT_EQ(ring.dropped(), 1u);
}

// For ThreadSanitizer too: one thread receives byte for byte what the other sent.
TEST(ByteRing, TwoThreadsLoseNothingButWhatIsCounted) {
  constexpr int kLines = 50'000;
  LogAlarm alarm;
  ByteRing ring(256, &alarm);
  std::string taken;
  std::atomic<bool> done{false};
  std::thread writer([&] {
    while (true) {
      const bool last = done.load();
      iovec pieces[2];
      const int count = ring.Peek(pieces);
      for (int i = 0; i < count; ++i) {
        taken.append(static_cast<const char*>(pieces[i].iov_base), pieces[i].iov_len);
        ring.Release(pieces[i].iov_len);
      }
      if (count == 0 && last) return;
    }
  });
  std::string given;
  for (int i = 0; i < kLines; ++i) {
    const std::string line = "line " + std::to_string(i);
    if (ring.Push(line)) given += line + "\n";
  }
  done.store(true);
  writer.join();
  EXPECT_TRUE(taken == given);
  const auto lines = std::count(given.begin(), given.end(), '\n');
  EXPECT_EQ(static_cast<uint64_t>(lines) + ring.dropped(), static_cast<uint64_t>(kLines));
}

TEST(LogAlarm, WakeBeforeSleepIsNotLost) {
  LogAlarm alarm;
  alarm.BeginSleep();
  alarm.Wake();
  alarm.Sleep(-1);  // would wait forever
}

TEST(LogAlarm, WakeIsSkippedWhileAwake) {
  LogAlarm alarm;
  alarm.Wake();
  alarm.BeginSleep();
  alarm.Sleep(1);  // times out: no wake-up is left over
  alarm.BeginSleep();
  alarm.CancelSleep();
  alarm.Wake();
}

}  // namespace
}  // namespace banto::ops
