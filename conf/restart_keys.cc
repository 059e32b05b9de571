#include "conf/restart_keys.h"

#include <utility>

#include "conf/schema.h"

namespace banto::conf {
namespace {

// A password read from a file is attributed to the file's key, not to the url.
void MovePassword(Cache* cache) {
  if (cache->redis_password_file.empty() || !cache->redis) return;
  cache->redis_password_file += " " + std::exchange(cache->redis->password, {});
}

}  // namespace

std::vector<std::string> ChangedRestartKeys(const Config& started, const Config& next) {
  Config before = started, after = next;
  MovePassword(&before.cache);
  MovePassword(&after.cache);
  std::vector<std::string> changed;
  for (const KeyRule& rule : KeyRules()) {
    if (!rule.needs_restart) continue;
    if (SameValue(rule.member({.config = &before}), rule.member({.config = &after}))) continue;
    std::string key(rule.section);
    changed.push_back(key.append(key.empty() ? "" : ".").append(rule.name));
  }
  return changed;
}

}  // namespace banto::conf
