// An error answer of a worker, in the form in which its client may get it. A value.
#ifndef BANTO_PROXY_FETCH_WORKERS_ERROR_H_
#define BANTO_PROXY_FETCH_WORKERS_ERROR_H_

#include <cstdint>
#include <string>

#include "proxy/http/field_list.h"
#include "proxy/upstream/worker.h"

namespace banto {

struct WorkersError {
  int status = 0;          // 0: there is none
  http::FieldList fields;  // end-to-end
  std::string body;
  upstream::WorkerPtr worker;   // the worker it came from
  int64_t retry_after_ms = -1;  // by its Retry-After; -1: it names no wait
};

}  // namespace banto

#endif  // BANTO_PROXY_FETCH_WORKERS_ERROR_H_
