#include "conf/sections.h"

#include <algorithm>
#include <utility>

#include "conf/lower.h"
#include "conf/worker_rules.h"

namespace banto::conf {
namespace {

void Listen(const SectionReader& reader, std::string* text, net::ListenAddress* listen) {
  if (!reader.Text("listen", text)) return;
  if (Complaint wrong = CheckListen(*text, reader.MayQuote("listen"), listen)) {
    reader.Error("listen", wrong.message, wrong.hint);
    *listen = {};  // the default is not what was meant either
  }
}

// redis_password_file keeps the password out of the url, and so out of what shows the url.
void RedisPassword(const SectionReader& reader, Cache* cache) {
  std::string password;
  if (!reader.SecretFile("redis_password_file", &password)) return;
  if (!cache->redis) {
    if (!reader.Has("redis")) reader.Error("redis_password_file", "there is no redis to log in to");
    return;
  }
  if (!cache->redis->password.empty()) {
    reader.Error("redis_password_file", "the url in redis carries a password too",
                 "keep one of them");
    return;
  }
  cache->redis->password = password;
  reader.File("redis_password_file", &cache->redis_password_file);
}

// "x-internal-*": a name, or how names begin. A lone "*" would be every name there is.
void ReadNames(const SectionReader& reader, std::string_view key, std::vector<std::string>* out) {
  std::vector<std::string> names;
  if (!reader.Texts(key, &names)) return;
  for (const std::string& name : names) {
    if (!name.empty() && IsVisibleText(name) &&
        name.find('*') >= std::max<size_t>(1, name.size() - 1)) {
      continue;
    }
    return reader.Error(key, "a name has no blanks, and a \"*\" only at its end",
                        "write \"x-name\" or \"x-*\"");
  }
  *out = std::move(names);
}

}  // namespace

void ReadTop(const SectionReader& reader, Config* config) {
  Listen(reader, &config->listen_text, &config->listen);
  reader.Integer("threads", &config->threads);
  ReadTrustedProxies(reader, &config->trusted_proxies);
}

void ReadBalance(const SectionReader& reader, Balance* balance) {
  const TomlEntry* policy = reader.table().Find("policy");
  if (policy != nullptr && policy->value.text == "prefix") {
    reader.Error("policy", "policy \"prefix\" is not supported yet", "leave it out for now");
  } else {
    reader.Choice("policy", &balance->policy);
  }
  reader.Integer("queue_length_max", &balance->queue_length_max);
  reader.Duration("queue_timeout", &balance->queue_timeout_ms);
  reader.Integer("retries", &balance->retries);
}

void ReadHealth(const SectionReader& reader, Health* health) {
  if (reader.Text("path", &health->path) && !health->path.empty() && health->path[0] != '/') {
    reader.Error("path", "a path begins with \"/\"");
  } else if (!health->path.empty() && !IsVisibleText(health->path)) {
    reader.Error("path", "a path has no blanks and no control characters");
  } else if (HasBadEscape(health->path)) {
    reader.Error("path", "a \"%\" in this path begins no escape", "write %25 for a \"%\"");
  }
  reader.Duration("interval", &health->interval_ms);
  reader.Duration("timeout", &health->timeout_ms);
  reader.Integer("rise", &health->rise);
  reader.Integer("fall", &health->fall);
}

void ReadTimeouts(const SectionReader& reader, Timeouts* timeouts) {
  reader.Duration("client_header", &timeouts->client_header_ms);
  reader.Duration("client_body", &timeouts->client_body_ms);
  reader.Duration("client_body_total", &timeouts->client_body_total_ms);
  reader.Duration("client_idle", &timeouts->client_idle_ms);
  reader.Duration("connect", &timeouts->connect_ms);
  reader.Duration("first_byte", &timeouts->first_byte_ms);
  reader.Duration("idle", &timeouts->idle_ms);
  reader.Duration("commit_after", &timeouts->commit_after_ms);
  reader.Duration("total", &timeouts->total_ms);
  reader.Duration("shutdown", &timeouts->shutdown_ms);
}

void ReadLimits(const SectionReader& reader, Limits* limits) {
  reader.Size("header_bytes_max", &limits->header_bytes_max);
  reader.Integer("headers_max", &limits->headers_max);
  const bool body = reader.Size("body_bytes_max", &limits->body_bytes_max);
  const bool event = reader.Size("event_bytes_max", &limits->event_bytes_max);
  const bool buffered = reader.Size("buffered_bytes_max", &limits->buffered_bytes_max);
  reader.Integer("connections_max", &limits->connections_max);
  // Only when both were written: a default must not turn one small limit into an error.
  if (body && buffered && limits->body_bytes_max > limits->buffered_bytes_max) {
    reader.Error("body_bytes_max", "body_bytes_max is above buffered_bytes_max",
                 "one such body would never be taken");
  }
  if (event && buffered && limits->event_bytes_max > limits->buffered_bytes_max) {
    reader.Error("event_bytes_max", "event_bytes_max is above buffered_bytes_max",
                 "one such event would never be held");
  }
}

void ReadCache(const SectionReader& reader, Cache* cache) {
  reader.Boolean("enabled", &cache->enabled);
  reader.Duration("ttl", &cache->ttl_ms);
  reader.Size("memory", &cache->memory_bytes);
  std::string redis;
  if (reader.Text("redis", &redis)) {
    net::Url url;
    if (Complaint wrong = CheckRedisUrl(redis, &url)) {
      reader.Error("redis", wrong.message, wrong.hint);
    } else {
      cache->redis = url;
    }
  }
  RedisPassword(reader, cache);
  reader.Duration("redis_timeout", &cache->redis_timeout_ms);
  reader.Size("entry_bytes_max", &cache->entry_bytes_max);
  reader.Choice("scope", &cache->scope);
  const TomlEntry* sampled = reader.table().Find("sampled");
  if (sampled != nullptr && sampled->value.text == "variants") {
    reader.Error("sampled", "sampled = \"variants\" is not supported yet", "write sampled = true");
  } else {
    reader.Boolean("sampled", &cache->sampled);
  }
  ReadNames(reader, "harmless_headers", &cache->harmless_headers);
  ReadNames(reader, "bypass_fields", &cache->bypass_fields);
}

void ReadAdmin(const SectionReader& reader, Admin* admin) {
  const TomlEntry* listen = reader.table().Find("listen");
  if (listen != nullptr && listen->value.type == TomlValue::Type::kString &&
      listen->value.text.empty()) {
    admin->enabled = false;
    admin->listen_text.clear();
  } else {
    Listen(reader, &admin->listen_text, &admin->listen);
  }
  if (reader.Has("token") && reader.Has("token_file")) {
    reader.Error("token_file", "token is given too", "keep one of them");
    return;
  }
  if (reader.Text("token", &admin->token) && !IsVisibleText(admin->token)) {
    const bool with_scheme = Lower(admin->token).starts_with("bearer ");
    reader.Error("token", "a token is one word of printable text",
                 with_scheme ? "leave out \"Bearer\": whoever asks writes it" : "");
  }
  reader.SecretFile("token_file", &admin->token);
}

}  // namespace banto::conf
