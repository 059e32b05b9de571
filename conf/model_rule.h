// A [[models]] entry as plain data: a name that clients ask for, and what becomes of such requests.
#ifndef BANTO_CONF_MODEL_RULE_H_
#define BANTO_CONF_MODEL_RULE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "conf/timeouts.h"

namespace banto::conf {

// "llama-3.1-70b", or { worker = "groq", model = "llama-3.3-70b" }.
struct ModelChoice {
  std::string model;   // empty: as the client wrote it
  std::string worker;  // empty: whichever serves the model
  bool operator==(const ModelChoice&) const = default;
};

// US dollars (or any one currency) per million tokens.
struct Price {
  double input = 0, output = 0;
  double cached = -1;  // of a prompt's tokens that the worker had cached; negative: as input
  bool operator==(const Price&) const = default;
};

struct ModelRule {
  std::string name;  // exact, or a prefix ending in '*'
  ModelChoice target;
  std::vector<ModelChoice> fallback;  // in turn, when no worker can
  int64_t fallback_after_ms = -1;     // of waiting for a slot; negative: queue_timeout
  // Members of a request and their values as JSON: given to each; to those without.
  std::vector<std::pair<std::string, std::string>> set, defaults;
  std::vector<std::string> strip;                        // members taken out
  std::vector<std::pair<ModelChoice, int>> split;        // instead of target, by weight
  std::optional<std::pair<ModelChoice, double>> mirror;  // and the share of requests, 0 to 1
  bool local_only = false;
  std::optional<Price> price, reference_price;
  // Instead of [cache] and [timeouts], where set.
  std::optional<bool> cache_enabled, cache_sampled;
  std::optional<int64_t> cache_ttl_ms;
  std::optional<Timeouts> timeouts;  // the others are [timeouts]'s

  // Whether the request's body changes.
  bool Edits() const { return !set.empty() || !defaults.empty() || !strip.empty(); }
};

}  // namespace banto::conf

#endif  // BANTO_CONF_MODEL_RULE_H_
