#include "conf/restart_keys.h"

#include "conf/schema.h"

namespace banto::conf {
namespace {

std::string RedisUrl(const Config& config) {
  if (!config.cache.redis) return {};
  const net::Url& url = *config.cache.redis;
  const bool own_password = config.cache.redis_password_file.empty();
  return url.scheme + " " + url.user + " " + url.Authority() + url.path + "?" + url.query + " " +
         (own_password ? url.password : "");
}

std::string RedisPasswordFile(const Config& config) {
  const Cache& cache = config.cache;
  if (cache.redis_password_file.empty() || !cache.redis) return {};
  return cache.redis_password_file + " " + cache.redis->password;
}

struct Value {
  std::string_view section, name;
  std::string (*text)(const Config& config);
};

// What the process took from each of them at its start, as text.
constexpr Value kValues[] = {
    {"", "listen", [](const Config& c) { return c.listen_text; }},
    {"", "threads", [](const Config& c) { return std::to_string(c.threads); }},
    {"limits", "buffered_bytes_max",
     [](const Config& c) { return std::to_string(c.limits.buffered_bytes_max); }},
    {"cache", "enabled", [](const Config& c) { return std::to_string(c.cache.enabled); }},
    {"cache", "memory", [](const Config& c) { return std::to_string(c.cache.memory_bytes); }},
    {"cache", "redis", RedisUrl},
    {"cache", "redis_password_file", RedisPasswordFile},
    {"cache", "redis_timeout",
     [](const Config& c) { return std::to_string(c.cache.redis_timeout_ms); }},
    {"cache", "entry_bytes_max",
     [](const Config& c) { return std::to_string(c.cache.entry_bytes_max); }},
    {"admin", "listen", [](const Config& c) { return c.admin.listen_text; }},
    {"log", "format",
     [](const Config& c) { return std::to_string(static_cast<int>(c.log.format)); }},
    {"log", "access", [](const Config& c) { return c.log.access; }},
};

const Value* FindValue(std::string_view section, std::string_view name) {
  for (const Value& value : kValues) {
    if (value.section == section && value.name == name) return &value;
  }
  return nullptr;
}

}  // namespace

bool ComparesRestartKey(std::string_view section, std::string_view name) {
  return FindValue(section, name) != nullptr;
}

std::vector<std::string> ChangedRestartKeys(const Config& started, const Config& next) {
  std::vector<std::string> changed;
  for (const KeyRule& rule : KeyRules()) {
    if (!rule.needs_restart) continue;
    const Value* value = FindValue(rule.section, rule.name);
    if (value == nullptr || value->text(started) == value->text(next)) continue;
    std::string key(rule.section);
    changed.push_back(key.append(key.empty() ? "" : ".").append(rule.name));
  }
  return changed;
}

}  // namespace banto::conf
