// The configuration as plain data, with defaults, and with units in the names. Built once by
// config_loader and immutable afterwards: a reload builds a new one. Any thread may read it.
#ifndef BANTO_CONF_CONFIG_H_
#define BANTO_CONF_CONFIG_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "conf/access_key.h"
#include "conf/model_rule.h"
#include "conf/policy.h"
#include "conf/route.h"
#include "conf/timeouts.h"
#include "conf/worker.h"
#include "proxy/net/network.h"
#include "proxy/net/url.h"

namespace banto::conf {

// Who shares answers: callers with the same credential, or all.
enum class Scope : uint8_t { kCredential, kShared };

struct Balance {
  Policy policy = Policy::kLeastLoaded;
  int queue_length_max = 1000;  // per WorkerGroup
  int64_t queue_timeout_ms = 50'000;
  int retries = 2;
};

struct Health {
  std::string path;  // empty: depends on the kind
  int64_t interval_ms = 5'000;
  int64_t timeout_ms = 0;  // 0: depends on the kind (5 s; 25 s for SGLang)
  int rise = 2, fall = 3;
};

struct Limits {
  uint64_t header_bytes_max = 32ull << 10;
  int headers_max = 100;
  uint64_t body_bytes_max = 32ull << 20;
  uint64_t event_bytes_max = 64ull << 20;  // one event or line of a streamed answer
  uint64_t buffered_bytes_max = 1ull << 30;
  int connections_max = 20'000;
};

struct Cache {
  bool enabled = true;  // callers should use on()
  int64_t ttl_ms = 600'000;
  uint64_t memory_bytes = 256ull << 20;  // 0: no memory tier
  std::optional<net::Url> redis;
  std::string redis_password_file;  // file with its password; empty: the one in its url
  int64_t redis_timeout_ms = 50;
  uint64_t entry_bytes_max = 4ull << 20;
  Scope scope = Scope::kCredential;
  bool sampled = true;
  bool keep_pace = false;
  std::vector<std::string> harmless_headers;  // do not separate callers; "x-*" is a prefix
  std::vector<std::string> bypass_fields;     // more members that bypass; "x_*" is a prefix

  // Without a tier there is no cache: nothing is hashed, and answers do not mention it.
  bool on() const { return enabled && (memory_bytes > 0 || redis.has_value()); }
};

// Which web pages may read our answers.
struct Cors {
  std::vector<std::string> origins;  // as browsers send them, or "*"; empty: left to the engines
};

struct Admin {
  std::string listen_text = "127.0.0.1:9901";
  net::ListenAddress listen{"127.0.0.1", 9901, ""};
  bool enabled = true;  // listen = "" turns it off
  std::string token;    // read from token_file
};

struct Log {
  enum class Level : uint8_t { kDebug, kInfo, kWarn, kError };
  enum class Format : uint8_t { kJson, kText };
  Level level = Level::kInfo;
  Format format = Format::kJson;
  std::string access = "stdout";  // "stdout", "off" or a path
  bool prefixes = false;          // hashes of prompts' beginnings in its lines
};

std::vector<net::Network> DefaultTrustedProxies();  // loopback

struct Config {
  std::string file;  // the file it was loaded from; empty for `serve`
  std::string listen_text = "0.0.0.0:8080";
  net::ListenAddress listen{"0.0.0.0", 8080, ""};
  int threads = 0;  // 0: one per CPU
  std::vector<net::Network> trusted_proxies = DefaultTrustedProxies();
  std::vector<Worker> workers;
  Balance balance;
  Health health;
  Timeouts timeouts;
  Limits limits;
  Cache cache;
  std::vector<Route> routes;
  std::vector<ModelRule> models;
  std::vector<AccessKey> keys;  // empty: everybody may ask
  Cors cors;
  Admin admin;
  Log log;
};

}  // namespace banto::conf

#endif  // BANTO_CONF_CONFIG_H_
