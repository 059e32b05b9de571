#include "proxy/upstream/not_served.h"

#include <algorithm>

namespace banto::upstream {

// Separated by NUL, which occurs neither in paths (those were refused) nor in names of models.
std::string NotServed::KeyOf(const Wanted& what) {
  std::string key(what.path);
  key.push_back('\0');
  return key.append(what.model);
}

bool NotServed::Covers(const Wanted& wanted, int64_t now_ms) const {
  if (!Any()) return false;
  const std::lock_guard lock(mutex_);
  DropExpired(now_ms);
  const auto has = [this](const Wanted& what) {
    return what.path.size() + what.model.size() <= kBytesMax && until_ms_.contains(KeyOf(what));
  };
  return has({wanted.path, {}}) ||
         (!wanted.model.empty() && (has({{}, wanted.model}) || has(wanted)));
}

void NotServed::Add(const Wanted& what, int64_t now_ms) {
  if (what.path.size() + what.model.size() > kBytesMax) return;
  const std::lock_guard lock(mutex_);
  DropExpired(now_ms);
  std::string key = KeyOf(what);
  if (until_ms_.size() >= kMax && !until_ms_.contains(key)) {
    until_ms_.erase(std::min_element(until_ms_.begin(), until_ms_.end(),
                                     [](auto& a, auto& b) { return a.second < b.second; }));
  }
  until_ms_[std::move(key)] = now_ms + kKeptMs;
  count_.store(until_ms_.size(), std::memory_order_relaxed);
}

void NotServed::Clear() {
  if (!Any()) return;
  const std::lock_guard lock(mutex_);
  until_ms_.clear();
  count_.store(0, std::memory_order_relaxed);
}

void NotServed::DropExpired(int64_t now_ms) const {
  std::erase_if(until_ms_, [now_ms](const auto& entry) { return entry.second <= now_ms; });
  count_.store(until_ms_.size(), std::memory_order_relaxed);
}

}  // namespace banto::upstream
