#include "conf/borrowed_words.h"

#include <string>

namespace banto::conf {
namespace {

struct Borrowed {
  std::string_view key, word, own;
};

// In lower case, with '_' between words.
constexpr Borrowed kBorrowed[] = {
    {"policy", "least_conn", "least_requests"},  // nginx
    {"policy", "least_connections", "least_requests"},
    {"policy", "leastconn", "least_requests"},      // HAProxy
    {"policy", "least_request", "least_requests"},  // Envoy
    {"policy", "least_outstanding_requests", "least_requests"},
    {"policy", "least_time", "least_loaded"},
    {"policy", "least_load", "least_loaded"},
    {"policy", "first", "least_loaded"},
    // Affinity, to a worker that has seen the prompt, does not exist yet; the default comes
    // closest.
    {"policy", "ip_hash", "least_loaded"},
    {"policy", "hash", "least_loaded"},
    {"policy", "sticky", "least_loaded"},
    {"policy", "consistent_hash", "least_loaded"},
    {"policy", "source", "least_loaded"},
    {"policy", "uri", "least_loaded"},
    {"policy", "ring_hash", "least_loaded"},
    {"policy", "maglev", "least_loaded"},
    {"policy", "rr", "round_robin"},
    {"policy", "wrr", "round_robin"},
    {"policy", "weighted_round_robin", "round_robin"},
    {"policy", "roundrobin", "round_robin"},
    {"policy", "static_rr", "round_robin"},
    {"policy", "random_two", "random"},
    {"policy", "random_two_least_conn", "least_requests"},
    {"level", "trace", "debug"},
    {"level", "verbose", "debug"},
    {"level", "notice", "info"},
    {"level", "warning", "warn"},
    {"level", "err", "error"},
    {"level", "crit", "error"},
    {"level", "critical", "error"},
    {"level", "fatal", "error"},
    {"format", "plain", "text"},
    {"format", "logfmt", "text"},
    {"format", "console", "text"},
    {"scope", "private", "credential"},
    {"scope", "public", "shared"},
    {"kind", "llama_cpp", "llamacpp"},
    {"kind", "llama_server", "llamacpp"},
    {"kind", "lm_studio", "openai"},
    {"kind", "lmstudio", "openai"},
    {"kind", "litellm", "openai"},
    {"kind", "localai", "openai"},
    {"kind", "openrouter", "openai"},
    {"kind", "text_generation_inference", "tgi"},
    {"kind", "text_embeddings_inference", "tei"},
    {"kind", "fastapi", "http"},
    {"kind", "flask", "http"},
    {"kind", "gradio", "http"},
};

struct BorrowedKey {
  std::string_view word;
  OwnKey own;
  std::string_view only_in = "";  // the section in which it means this; empty: all
};

// The first match counts.
constexpr BorrowedKey kBorrowedKeys[] = {
    // nginx
    {"max_conns", {"workers", "max_in_flight"}},
    {"max_fails", {"health", "fall"}},
    {"fail_timeout", {"health", "interval"}},
    {"proxy_pass", {"routes", "workers"}, "routes"},
    {"proxy_pass", {"workers", "url"}},
    {"proxy_set_header", {"workers", "headers"}},
    {"proxy_ssl_verify", {"workers", "tls_verify"}},
    {"proxy_ssl_trusted_certificate", {"workers", "tls_ca_file"}},
    {"proxy_connect_timeout", {"timeouts", "connect"}},
    {"proxy_read_timeout", {"timeouts", "first_byte"}},
    {"proxy_send_timeout", {"timeouts", "idle"}},
    {"proxy_next_upstream", {"balance", "retries"}},
    {"proxy_next_upstream_tries", {"balance", "retries"}},
    {"proxy_cache_valid", {"cache", "ttl"}},
    {"proxy_cache_key", {"routes.cache", "key"}},
    {"proxy_cache_path", {"cache", "memory"}},
    {"proxy_cache", {"cache", "enabled"}},
    {"location", {"routes", "path"}},
    {"keepalive_timeout", {"timeouts", "client_idle"}},
    {"client_header_timeout", {"timeouts", "client_header"}},
    {"client_body_timeout", {"timeouts", "client_body"}},
    {"client_max_body_size", {"limits", "body_bytes_max"}},
    {"large_client_header_buffers", {"limits", "header_bytes_max"}},
    {"worker_connections", {"limits", "connections_max"}},
    {"worker_processes", {"", "threads"}},
    {"set_real_ip_from", {"", "trusted_proxies"}},
    {"access_log", {"log", "access"}},
    {"error_log", {"log", "level"}},
    // HAProxy, Envoy, LiteLLM and common guesses
    {"maxconn", {"workers", "max_in_flight"}, "workers"},
    {"maxconn", {"limits", "connections_max"}},
    {"max_connections", {"workers", "max_in_flight"}, "workers"},
    {"max_connections", {"limits", "connections_max"}},
    {"max_parallel_requests", {"workers", "max_in_flight"}},
    {"max_concurrency", {"workers", "max_in_flight"}},
    {"check", {"health", "path"}, "workers"},
    {"health_check", {"health", "path"}},
    {"healthcheck", {"health", "path"}},
    {"timeout", {"timeouts", "total"}, "workers"},
    {"timeout_connect", {"timeouts", "connect"}},
    {"timeout_server", {"timeouts", "first_byte"}},
    {"timeout_client", {"timeouts", "client_idle"}},
    {"timeout_queue", {"balance", "queue_timeout"}},
    {"timeout_http_request", {"timeouts", "client_header"}},
    {"server", {"timeouts", "first_byte"}, "timeouts"},
    {"read", {"timeouts", "first_byte"}, "timeouts"},
    {"response", {"timeouts", "first_byte"}, "timeouts"},
    {"client", {"timeouts", "client_idle"}, "timeouts"},
    {"queue", {"balance", "queue_timeout"}, "timeouts"},
    {"read_timeout", {"timeouts", "first_byte"}},
    {"balance", {"balance", "policy"}, "balance"},
    {"request_timeout", {"timeouts", "total"}},
    {"connect_timeout", {"timeouts", "connect"}},
    {"num_retries", {"balance", "retries"}},
    {"max_retries", {"balance", "retries"}},
    {"worker", {"models", "target"}, "models"},
    {"workers", {"models", "target"}, "models"},
    {"model", {"models", "target"}, "models"},
    {"fallbacks", {"models", "fallback"}, "models"},
    {"model_name", {"models", "name"}, "models"},
    {"alias", {"models", "name"}, "models"},
    {"params", {"models", "set"}, "models"},
    {"upstream", {"routes", "workers"}, "routes"},
    {"upstream", {"workers", "url"}},
    {"upstreams", {"workers", "url"}},
    {"server", {"routes", "workers"}, "routes"},
    {"server", {"workers", "url"}},
    {"servers", {"workers", "url"}},
    {"backend", {"routes", "workers"}, "routes"},
    {"backend", {"workers", "url"}},
    {"backends", {"workers", "url"}},
    {"target", {"workers", "url"}},
    {"endpoint", {"workers", "url"}},
    {"base_url", {"workers", "url"}},
    {"api_base", {"workers", "url"}},
    {"address", {"workers", "url"}, "workers"},
    {"host", {"workers", "url"}, "workers"},
    {"port", {"workers", "url"}, "workers"},
    {"address", {"", "listen"}},
    {"host", {"", "listen"}},
    {"port", {"", "listen"}},
    {"bind", {"", "listen"}},
    {"model_name", {"workers", "models"}},
    {"type", {"workers", "kind"}, "workers"},
    {"engine", {"workers", "kind"}, "workers"},
    {"provider", {"workers", "kind"}, "workers"},
    {"key", {"workers", "api_key"}, "workers"},
    {"token", {"workers", "api_key"}, "workers"},
    {"bearer", {"workers", "api_key"}, "workers"},
    {"password", {"workers", "api_key"}, "workers"},
    {"algorithm", {"balance", "policy"}},
    {"lb_policy", {"balance", "policy"}},
    {"routing_strategy", {"balance", "policy"}},
    {"log_level", {"log", "level"}},
    {"log_format", {"log", "format"}},
    {"max_size", {"cache", "memory"}, "cache"},
    {"expire", {"cache", "ttl"}, "cache"},
};

struct BorrowedSection {
  std::string_view word, own;
};

constexpr BorrowedSection kBorrowedSections[] = {
    {"upstream", "workers"},
    {"upstreams", "workers"},
    {"server", "workers"},
    {"servers", "workers"},
    {"backend", "workers"},
    {"backends", "workers"},
    {"cluster", "workers"},
    {"clusters", "workers"},
    {"model_list", "workers"},
    {"endpoints", "workers"},
    {"targets", "workers"},
    {"location", "routes"},
    {"locations", "routes"},
    {"paths", "routes"},
    {"health_check", "health"},
    {"health_checks", "health"},
    {"healthcheck", "health"},
    {"logging", "log"},
    {"logs", "log"},
    {"redis", "cache"},
    {"proxy_cache", "cache"},
    {"caching", "cache"},
    {"metrics", "admin"},
    {"prometheus", "admin"},
    {"stats", "admin"},
    {"dashboard", "admin"},
    {"load_balancer", "balance"},
    {"load_balancing", "balance"},
    {"router_settings", "balance"},
};

// In the spelling of the tables.
std::string Folded(std::string_view word) {
  std::string wanted(word);
  for (char& c : wanted) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c | 0x20);
    if (c == '-' || c == ' ' || c == '.') c = '_';
  }
  return wanted;
}

}  // namespace

std::string_view OwnSectionFor(std::string_view word) {
  const std::string wanted = Folded(word);
  for (const BorrowedSection& row : kBorrowedSections) {
    if (row.word == wanted) return row.own;
  }
  return {};
}

OwnKey OwnKeyFor(std::string_view section, std::string_view word) {
  const std::string wanted = Folded(word);
  for (const BorrowedKey& row : kBorrowedKeys) {
    if (row.word == wanted && (row.only_in.empty() || row.only_in == section)) return row.own;
  }
  return {};
}

std::string_view OwnWord(std::string_view key, std::string_view word) {
  const std::string wanted = Folded(word);
  for (const Borrowed& row : kBorrowed) {
    if (row.key == key && row.word == wanted) return row.own;
  }
  return {};
}

}  // namespace banto::conf
