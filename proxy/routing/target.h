// Where a request goes, or the refusal if it goes nowhere. Values.
#ifndef BANTO_PROXY_ROUTING_TARGET_H_
#define BANTO_PROXY_ROUTING_TARGET_H_

#include <cstdint>
#include <string>
#include <utility>

#include "proxy/routing/snapshot.h"

namespace banto {

// How far a request may go.
enum class Reach : uint8_t {
  kAnywhere,
  kLocal,  // to workers to which nothing leaves the house
};

struct Target {
  const upstream::WorkerGroup* group = nullptr;  // of the snapshot; nullptr: nowhere
  const PlainRoute* route = nullptr;             // the [[routes]] entry that matched, if any
  const ModelRoute* rule = nullptr;              // the [[models]] entry that matched, if any
  const ModelRouteChoice* choice = nullptr;      // … and which of its choices this is
  std::string model;                             // as routed; empty for plain requests
  bool model_known = false;                      // it may be used as a metric label
  bool workers_choice = false;  // the worker chooses from several models, and may choose anew
};

// Why a request is not sent to any worker, for its client.
struct Refusal {
  int status = 0;  // 0: not refused
  const char* code = "";
  std::string message;
  std::string allow;      // 405: the path's methods
  int retry_after_s = 0;  // 0: no Retry-After; kNotAgain: and SDKs are told not to try again

  static constexpr int kNotAgain = -1;
};

// A target, or a refusal if it has no group.
struct RouteDecision {
  Target target;
  Refusal refusal;
};

inline RouteDecision Refuse(int status, const char* code, std::string message) {
  return {{}, {status, code, std::move(message), {}, 0}};
}

}  // namespace banto

#endif  // BANTO_PROXY_ROUTING_TARGET_H_
