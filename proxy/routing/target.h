// Where a request goes, and what it is told that goes nowhere. Values.
#ifndef BANTO_PROXY_ROUTING_TARGET_H_
#define BANTO_PROXY_ROUTING_TARGET_H_

#include <string>

#include "proxy/routing/snapshot.h"

namespace banto {

struct Target {
  const upstream::WorkerGroup* group = nullptr;  // of the snapshot; nullptr: nowhere
  const PlainRoute* route = nullptr;             // the [[routes]] entry that named it, if one did
  std::string model;                             // as routed; empty for plain requests
  bool model_known = false;                      // it may be a label of a metric
  bool workers_choice = false;                   // of its several models: not the same for ever
};

// Why a request is not sent to anybody, as its client is told.
struct Refusal {
  int status = 0;  // 0: it is not refused
  const char* code = "";
  std::string message;
  std::string allow;      // 405: the path's methods
  int retry_after_s = 0;  // 0: not said
};

// A target, or a refusal where that has no group.
struct RouteDecision {
  Target target;
  Refusal refusal;
};

}  // namespace banto

#endif  // BANTO_PROXY_ROUTING_TARGET_H_
