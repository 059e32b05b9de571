#include "proxy/fetch/caller_limit.h"

namespace banto {

bool IsCallersLimit(const upstream::Worker& worker, const http::RequestHead& head, int status) {
  return status == 429 && worker.bills && !worker.own_key && head.HasAny(http::Credentials());
}

}  // namespace banto
