// Limits retries to a share of requests: each request earns a fifth of a retry, up to a reserve. If
// workers fail under load, retries must not become the load (ray#63507: 250 retries per request).
// One per ProxyThread; pure.
#ifndef BANTO_PROXY_FETCH_RETRY_BUDGET_H_
#define BANTO_PROXY_FETCH_RETRY_BUDGET_H_

#include <algorithm>

namespace banto {

class RetryBudget {
 public:
  void OnRequest() { tokens_ = std::min(kReserve, tokens_ + kPerRequest); }
  bool Spend() {
    if (tokens_ < 1.0) return false;
    tokens_ -= 1.0;
    return true;
  }

 private:
  static constexpr double kPerRequest = 0.2;
  static constexpr double kReserve =
      100.0;  // a dying worker takes everything that it was serving with it
  double tokens_ = kReserve;
};

}  // namespace banto

#endif  // BANTO_PROXY_FETCH_RETRY_BUDGET_H_
