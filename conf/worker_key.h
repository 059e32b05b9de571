// The key with which a worker is asked, and the field in which its API takes it. Pure.
#ifndef BANTO_CONF_WORKER_KEY_H_
#define BANTO_CONF_WORKER_KEY_H_

#include <string>

#include "conf/worker.h"

namespace banto::conf {

struct KeyField {
  std::string name, value;  // empty: it has no key of ours
};

// By its kind; Azure's deployments have a field of their own.
KeyField KeyFieldOf(const Worker& worker);

// Whether it is asked with a credential of ours, as its api_key or in one of its headers.
bool HoldsKey(const Worker& worker);

}  // namespace banto::conf

#endif  // BANTO_CONF_WORKER_KEY_H_
