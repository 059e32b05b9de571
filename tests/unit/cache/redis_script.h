// Helpers shared by scripts of the fake Redis.
#ifndef BANTO_TESTS_UNIT_CACHE_REDIS_SCRIPT_H_
#define BANTO_TESTS_UNIT_CACHE_REDIS_SCRIPT_H_

#include <optional>
#include <string>

#include "tests/fakes/fake_redis.h"

namespace banto::cache {

using fakes::FakeRedis;

inline std::string UrlOf(const FakeRedis& fake) {
  return "redis://127.0.0.1:" + std::to_string(fake.port());
}

inline bool IsLookup(const FakeRedis::Command& command) {
  return command[0] == "GET" && command[1].size() > 64;  // an entry's: a digest is in its name
}

// A fake that answers look-ups with `answer` and behaves well otherwise.
inline FakeRedis::Script AnswersLookups(const std::string& answer) {
  return [answer](int, const FakeRedis::Command& command) -> std::optional<std::string> {
    if (IsLookup(command)) return answer;
    return std::nullopt;
  };
}

}  // namespace banto::cache

#endif  // BANTO_TESTS_UNIT_CACHE_REDIS_SCRIPT_H_
