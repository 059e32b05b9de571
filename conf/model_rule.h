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

// Dollars, or any one currency, per million tokens.
struct Price {
  double input = 0, output = 0;
  double cached = -1;  // of a prompt's tokens that the worker had cached; negative: as input
  bool operator==(const Price&) const = default;
};

// Names of a request's members, and their values as JSON.
struct JsonMembers {
  std::vector<std::pair<std::string, std::string>> list;
  bool operator==(const JsonMembers&) const = default;
};

// A choice, and the share of the requests that it gets.
struct SplitChoice {
  std::string model;
  int weight = 1;
  bool operator==(const SplitChoice&) const = default;
};

struct ModelMirror {
  std::string model;   // empty: no mirror
  std::string worker;  // empty: whichever serves the model, and is no external one
  double share = 1;    // of the requests, up to 1
  bool operator==(const ModelMirror&) const = default;
};

// Instead of [cache]'s.
struct ModelCache {
  bool enabled = true;
  int64_t ttl_ms = 0;  // 0: that of [cache]
  bool sampled = true;
  bool operator==(const ModelCache&) const = default;
};

// Instead of [timeouts]'; negative: as there.
struct ModelTimeouts {
  int64_t first_byte_ms = -1, first_token_ms = -1, idle_ms = -1, total_ms = -1;
  bool operator==(const ModelTimeouts&) const = default;
};

struct ModelRule {
  std::string name;  // exact, or a prefix ending in '*'
  ModelChoice target;
  std::vector<ModelChoice> fallback;  // in turn, when no worker can
  int64_t fallback_after_ms = -1;     // of waiting for a slot; negative: queue_timeout
  JsonMembers set, defaults;          // given to each request; to those without
  std::vector<std::string> strip;     // members taken out
  std::vector<SplitChoice> split;     // in place of target
  ModelMirror mirror;
  bool local_only = false;
  std::optional<Price> price;            // what its tokens cost
  std::optional<Price> reference_price;  // … would cost outside
  ModelCache cache;
  ModelTimeouts own_timeouts;
  Timeouts timeouts;  // [timeouts] with its own

  // Whether requests for its name go to other models.
  bool is_alias() const {
    return !split.empty() || (!target.model.empty() && target.model != name);
  }
  // Whether more than the model's name changes in a request.
  bool edits() const { return !set.list.empty() || !defaults.list.empty() || !strip.empty(); }
};

}  // namespace banto::conf

#endif  // BANTO_CONF_MODEL_RULE_H_
