// An error answer of a worker, in the form in which its client may get it. A value.
#ifndef BANTO_PROXY_FETCH_WORKERS_ERROR_H_
#define BANTO_PROXY_FETCH_WORKERS_ERROR_H_

#include <algorithm>
#include <cstdint>
#include <string>

#include "proxy/api/not_here.h"
#include "proxy/http/field_list.h"
#include "proxy/upstream/worker.h"

namespace banto {

struct WorkersError {
  int status = 0;          // 0: there is none
  http::FieldList fields;  // end-to-end
  std::string body;
  upstream::WorkerPtr worker;  // the worker it came from
  // When its Retry-After is over, by the loop's clock, for others may be tried before anybody is
  // told; -1: it names no wait.
  int64_t retry_at_ms = -1;
  api::NotHere lacks = api::NotHere::kNo;  // what it says that the worker does not serve

  // What is left of that wait; -1: it names none.
  int64_t WaitMs(int64_t now_ms) const {
    return retry_at_ms < 0 ? -1 : std::max<int64_t>(0, retry_at_ms - now_ms);
  }
};

}  // namespace banto

#endif  // BANTO_PROXY_FETCH_WORKERS_ERROR_H_
