// An error answer of a worker, as its client may get it. A value.
#ifndef BANTO_PROXY_FETCH_WORKERS_ERROR_H_
#define BANTO_PROXY_FETCH_WORKERS_ERROR_H_

#include <string>

#include "proxy/upstream/worker.h"

namespace banto {

struct WorkersError {
  int status = 0;      // 0: there is none
  std::string fields;  // end-to-end fields as lines
  std::string body;
  upstream::WorkerPtr worker;  // whose it is
};

}  // namespace banto

#endif  // BANTO_PROXY_FETCH_WORKERS_ERROR_H_
