#include "conf/sections.h"

#include <algorithm>
#include <utility>

#include "conf/worker_rules.h"
#include "proxy/base/ascii.h"

namespace banto::conf {
namespace {

void CheckAddress(const SectionReader& reader, const std::string& text,
                  net::ListenAddress* listen) {
  if (!reader.Took("listen")) return;
  if (Complaint wrong = CheckListen(text, reader.MayQuote("listen"), listen)) {
    reader.Error("listen", wrong.message, wrong.hint);
    *listen = {};  // the default is not what was meant either
  }
}

void CheckRedis(const SectionReader& reader, Cache* cache) {
  std::string text;
  net::Url url;
  if (!reader.Has("redis") || !reader.Value("redis").Text(&text)) return;
  if (Complaint wrong = CheckRedisUrl(text, &url)) {
    reader.Error("redis", wrong.message, wrong.hint);
  } else {
    cache->redis = url;
  }
}

// redis_password_file keeps the password out of the url, and thus out of everything that shows the
// url.
void CheckRedisPassword(const SectionReader& reader, Cache* cache) {
  std::string password;
  if (!reader.Took("redis_password_file") ||
      !reader.Value("redis_password_file").SecretFile(&password)) {
    return;
  }
  if (!cache->redis) {
    if (!reader.Has("redis")) reader.Error("redis_password_file", "there is no redis to log in to");
  } else if (!cache->redis->password.empty()) {
    reader.Error("redis_password_file", "the url in redis contains a password too",
                 "keep one of them");
  } else {
    cache->redis->password = password;
  }
}

// "x-internal-*": a name or a prefix. A lone "*" would match every name.
void CheckNames(const SectionReader& reader, std::string_view key,
                const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    if (!name.empty() && IsVisibleText(name) &&
        name.find('*') >= std::max<size_t>(1, name.size() - 1)) {
      continue;
    }
    return reader.Error(key, "a name has no blanks, and a \"*\" only at its end",
                        "write \"x-name\" or \"x-*\"");
  }
}

}  // namespace

void CheckTop(const SectionReader& reader, Config* config) {
  CheckAddress(reader, config->listen_text, &config->listen);
  CheckTrustedProxies(reader, &config->trusted_proxies);
}

void CheckHealth(const SectionReader& reader, Config* config) {
  const std::string& path = config->health.path;
  if (path.empty()) return;
  if (path[0] != '/') {
    reader.Error("path", "a path begins with \"/\"");
  } else if (!IsVisibleText(path)) {
    reader.Error("path", "a path has no blanks and no control characters");
  } else if (HasBadEscape(path)) {
    reader.Error("path", "a \"%\" in this path does not begin an escape", "write %25 for a \"%\"");
  }
}

void CheckLimits(const SectionReader& reader, Config* config) {
  const Limits& limits = config->limits;
  // Only if both are set: a default must not turn one small limit into an error.
  if (!reader.Took("buffered_bytes_max")) return;
  if (reader.Took("body_bytes_max") && limits.body_bytes_max > limits.buffered_bytes_max) {
    reader.Error("body_bytes_max", "body_bytes_max is above buffered_bytes_max",
                 "such a body would never be accepted");
  }
  if (reader.Took("event_bytes_max") && limits.event_bytes_max > limits.buffered_bytes_max) {
    reader.Error("event_bytes_max", "event_bytes_max is above buffered_bytes_max",
                 "such an event would never fit");
  }
}

void CheckCache(const SectionReader& reader, Config* config) {
  CheckRedis(reader, &config->cache);
  CheckRedisPassword(reader, &config->cache);
  CheckNames(reader, "harmless_headers", config->cache.harmless_headers);
  CheckNames(reader, "bypass_fields", config->cache.bypass_fields);
}

void CheckAdmin(const SectionReader& reader, Config* config) {
  Admin* admin = &config->admin;
  admin->enabled = !admin->listen_text.empty();
  if (admin->enabled) CheckAddress(reader, admin->listen_text, &admin->listen);
  if (reader.Took("token") && !IsVisibleText(admin->token)) {
    const bool with_scheme = base::Lowered(admin->token).starts_with("bearer ");
    reader.Error("token", "a token is one word of printable text",
                 with_scheme ? "leave out \"Bearer\": the caller writes it" : "");
  }
}

}  // namespace banto::conf
