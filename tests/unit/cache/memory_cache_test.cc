#include "cache/memory_cache.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "tests/unit/cache/redis_rig.h"

namespace banto::cache {
namespace {

// A sanitizer's own memory would distort the measurement.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kSanitized = true;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
constexpr bool kSanitized = true;
#else
constexpr bool kSanitized = false;
#endif
#else
constexpr bool kSanitized = false;
#endif

constexpr int64_t kNowMs = 1'790'000'000'000;

EntryPtr Made(size_t body_bytes, int64_t ttl_ms = 1000) {
  auto entry = std::make_shared<Entry>();
  entry->body.assign(body_bytes, 'x');
  entry->stored_at_ms = kNowMs;
  entry->expires_at_ms = kNowMs + ttl_ms;
  return entry;
}

EntryPtr Find(MemoryCache* cache, uint64_t n, int64_t now_ms = kNowMs) {
  bool expired;
  return cache->Find(KeyNumber(n), now_ms, &expired);
}

bool Store(MemoryCache* cache, uint64_t n, EntryPtr entry) {
  return cache->Store(KeyNumber(n), std::move(entry), cache->epoch());
}

uint64_t ResidentBytes() {
  uint64_t pages = 0;
  std::ifstream("/proc/self/statm") >> pages >> pages;
  return pages * static_cast<uint64_t>(sysconf(_SC_PAGESIZE));
}

TEST(MemoryCache, StoredEntryIsFoundUntilItExpires) {
  MemoryCache cache(1 << 20);
  const EntryPtr entry = Made(100, 1000);
  ASSERT_TRUE(Store(&cache, 1, entry));
  EXPECT_EQ(Find(&cache, 1, kNowMs + 999).get(), entry.get());
  bool expired = false;
  EXPECT_EQ(cache.Find(KeyNumber(1), kNowMs + 1000, &expired), nullptr);
  EXPECT_TRUE(expired);
  EXPECT_EQ(cache.Find(KeyNumber(1), kNowMs, &expired), nullptr);  // the clock is set back: what
                                                                   // was removed stays removed
  EXPECT_FALSE(expired);
}

TEST(MemoryCache, ClockSetBackByHoursServesNothingExpired) {
  MemoryCache cache(1 << 20);
  ASSERT_TRUE(Store(&cache, 1, Made(100, 600'000)));
  EXPECT_EQ(Find(&cache, 1, kNowMs - 3'600'000), nullptr);
}

TEST(MemoryCache, ReplacingCountsOnce) {
  MemoryCache cache(1 << 20);
  for (int i = 0; i < 100; ++i) ASSERT_TRUE(Store(&cache, 1, Made(1000)));
  EXPECT_EQ(cache.stats().entries, 1u);
  EXPECT_LT(cache.stats().bytes, 2000u);
  EXPECT_EQ(cache.stats().pinned_bytes, 0u);
}

TEST(MemoryCache, OnlyTheEntryThatIsStillThereIsReplaced) {
  MemoryCache cache(1 << 20);
  const EntryPtr first = Made(100), second = Made(100), third = Made(100);
  cache.Replace(KeyNumber(1), first, third);
  EXPECT_EQ(Find(&cache, 1), nullptr);
  ASSERT_TRUE(Store(&cache, 1, second));
  cache.Replace(KeyNumber(1), first, third);
  EXPECT_EQ(Find(&cache, 1), second);
  cache.Replace(KeyNumber(1), second, third);
  EXPECT_EQ(Find(&cache, 1), third);
  cache.Purge();
  cache.Replace(KeyNumber(1), third, first);
  EXPECT_EQ(Find(&cache, 1), nullptr);
}

TEST(MemoryCache, LargerThanAShardIsRefused) {
  MemoryCache cache(1 << 20);
  EXPECT_FALSE(Store(&cache, 1, Made(70'000)));
  EXPECT_TRUE(Store(&cache, 1, Made(60'000)));
}

TEST(MemoryCache, BytesStayInBoundUnderChurn) {
  constexpr uint64_t kBytesMax = 4 << 20;
  MemoryCache cache(kBytesMax);
  std::minstd_rand random(1);
  for (uint64_t n = 0; n < 20'000; ++n) {
    ASSERT_TRUE(Store(&cache, n, Made(random() % 8000)));
    ASSERT_LE(cache.stats().bytes, kBytesMax);
  }
  EXPECT_GT(cache.stats().evictions, 10'000u);
  EXPECT_GT(cache.stats().bytes, kBytesMax * 8 / 10);  // and the memory is used
}

TEST(MemoryCache, AMillionKeysDoNotGrowTheProcess) {
  constexpr uint64_t kBytesMax = 16 << 20;
  MemoryCache cache(kBytesMax);
  for (uint64_t n = 0; n < 50'000; ++n) Store(&cache, n, Made(n % 1500));
  const uint64_t warm = ResidentBytes();
  const uint64_t keys = kSanitized ? 100'000 : 1'000'000;
  for (uint64_t n = 50'000; n < keys; ++n) Store(&cache, n, Made(n % 1500));
  const uint64_t grown = ResidentBytes() - std::min(ResidentBytes(), warm);
  EXPECT_TRUE(kSanitized || grown < kBytesMax / 4) << grown;
  EXPECT_LE(cache.stats().bytes, kBytesMax);
}

TEST(MemoryCache, UsedEntriesOutliveUnusedOnes) {
  MemoryCache cache(1 << 20);
  for (uint64_t n = 0; n < 20; ++n) ASSERT_TRUE(Store(&cache, n, Made(1000)));
  for (uint64_t n = 100; n < 20'000; ++n) {
    for (uint64_t hot = 0; hot < 20; ++hot) Find(&cache, hot);
    Store(&cache, n, Made(1000));
  }
  int kept = 0;
  for (uint64_t n = 0; n < 20; ++n) kept += Find(&cache, n) != nullptr;
  EXPECT_EQ(kept, 20);
}

TEST(MemoryCache, ExpiredEntriesAreReclaimedUnread) {
  MemoryCache cache(64 << 20);
  for (uint64_t n = 0; n < 10'000; ++n) ASSERT_TRUE(Store(&cache, n, Made(1000, 500)));
  ASSERT_TRUE(Store(&cache, 77'777, Made(1000, 60'000)));
  for (int i = 0; i < 4; ++i) cache.Sweep(kNowMs + 500);
  EXPECT_EQ(cache.stats().entries, 1u);
  EXPECT_EQ(cache.stats().expirations, 10'000u);
  EXPECT_EQ(cache.stats().evictions, 0u);
}

TEST(MemoryCache, PinnedBytesAreCountedAndGoAgainstTheBound) {
  MemoryCache cache(1 << 20);
  std::vector<EntryPtr> readers;
  uint64_t refused = 0;
  for (uint64_t n = 0; n < 200; ++n) {
    if (!Store(&cache, n, Made(10'000))) {
      ++refused;
      continue;
    }
    readers.push_back(Find(&cache, n));
  }
  EXPECT_GT(refused, 50u);
  EXPECT_LE(cache.stats().bytes + cache.stats().pinned_bytes, 1u << 20);
  readers.clear();
  EXPECT_EQ(cache.stats().pinned_bytes, 0u);
  EXPECT_TRUE(Store(&cache, 999, Made(10'000)));
}

TEST(MemoryCache, EntryOutlivesItsCache) {
  EntryPtr entry;
  {
    MemoryCache cache(1 << 20);
    Store(&cache, 1, Made(100));
    entry = Find(&cache, 1);
  }
  EXPECT_EQ(entry->body.size(), 100u);
}

TEST(MemoryCache, PurgeBeatsWritesInProgress) {
  MemoryCache cache(1 << 20);
  ASSERT_TRUE(Store(&cache, 1, Made(100)));
  const uint64_t before = cache.epoch();
  cache.Purge();
  EXPECT_EQ(Find(&cache, 1), nullptr);
  EXPECT_FALSE(cache.Store(KeyNumber(1), Made(100), before));
  EXPECT_EQ(Find(&cache, 1), nullptr);
  EXPECT_TRUE(Store(&cache, 1, Made(100)));
}

TEST(MemoryCache, ANewRedisEpochPurgesOnce) {
  MemoryCache cache(1 << 20);
  Store(&cache, 1, Made(100));
  cache.FollowRedisEpoch(5);  // the first known epoch changes nothing
  EXPECT_NE(Find(&cache, 1), nullptr);
  cache.FollowRedisEpoch(5);
  EXPECT_NE(Find(&cache, 1), nullptr);
  cache.FollowRedisEpoch(6);
  EXPECT_EQ(Find(&cache, 1), nullptr);
  Store(&cache, 1, Made(100));
  cache.FollowRedisEpoch(6);  // the other threads report it too
  EXPECT_NE(Find(&cache, 1), nullptr);
}

TEST(MemoryCache, ThreadsMayDoEverythingAtOnce) {
  MemoryCache cache(1 << 20);
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&cache, t] {
      std::minstd_rand random(static_cast<unsigned>(t) + 1);
      for (int i = 0; i < 20'000; ++i) {
        const uint64_t n = random() % 500;
        if (i % 3 == 0) {
          Store(&cache, n, Made(random() % 4000));
        } else if (const EntryPtr entry = Find(&cache, n)) {
          EXPECT_EQ(entry->body.find_first_not_of('x'), std::string::npos);
        }
        if (i % 1000 == 999) cache.Sweep(kNowMs + i % 2000);
        if (i % 5000 == 4999) cache.Purge();
        if (i % 500 == 0) {
          EXPECT_LE(cache.stats().bytes, 1u << 20);
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

TEST(MemoryCache, NothingStoredBeforeAPurgeIsFoundAfterIt) {
  MemoryCache cache(1 << 20);
  std::atomic<bool> stop{false};
  std::thread writer([&] {
    for (uint64_t i = 0; !stop; ++i) {
      const uint64_t epoch = cache.epoch();
      auto entry = std::make_shared<Entry>(*Made(10));
      entry->worker_ms = static_cast<int64_t>(epoch);
      cache.Store(KeyNumber(i % 50), entry, epoch);
    }
  });
  for (int i = 0; i < 2000; ++i) {
    cache.Purge();
    const auto epoch = static_cast<int64_t>(cache.epoch());
    for (uint64_t n = 0; n < 50; ++n) {
      const EntryPtr entry = Find(&cache, n);
      EXPECT_TRUE(entry == nullptr || entry->worker_ms >= epoch);
    }
  }
  stop = true;
  writer.join();
}

}  // namespace
}  // namespace banto::cache
