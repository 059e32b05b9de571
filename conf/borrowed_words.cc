#include "conf/borrowed_words.h"

#include <string>

namespace banto::conf {
namespace {

struct Borrowed {
  std::string_view key, word, own;
};

// Spelt in small letters, with '_' for whatever stands between words.
constexpr Borrowed kBorrowed[] = {
    {"policy", "least_conn", "least_requests"},  // nginx
    {"policy", "least_connections", "least_requests"},
    {"policy", "leastconn", "least_requests"},      // HAProxy
    {"policy", "least_request", "least_requests"},  // Envoy
    {"policy", "least_outstanding_requests", "least_requests"},
    {"policy", "least_time", "least_loaded"},
    {"policy", "least_load", "least_loaded"},
    {"policy", "first", "least_loaded"},
    // Affinity: whoever has seen the prompt. There is none yet; the default is the nearest.
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

}  // namespace

std::string_view OwnWord(std::string_view key, std::string_view word) {
  std::string wanted(word);
  for (char& c : wanted) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c | 0x20);
    if (c == '-' || c == ' ' || c == '.') c = '_';
  }
  for (const Borrowed& row : kBorrowed) {
    if (row.key == key && row.word == wanted) return row.own;
  }
  return {};
}

}  // namespace banto::conf
