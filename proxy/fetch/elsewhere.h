// What a Fetch knows of the workers of its group that do not serve what it asks, or not for the key
// that it brings.
#ifndef BANTO_PROXY_FETCH_ELSEWHERE_H_
#define BANTO_PROXY_FETCH_ELSEWHERE_H_

#include <cstddef>
#include <string>
#include <vector>

#include "proxy/upstream/worker.h"

namespace banto {

struct Elsewhere {
  size_t without = 0;          // so many said so, now or lately
  size_t passed_over = 0;      // of them lately: they were not asked
  bool nobody_serves = false;  // all said so lately: one is asked, and no other after it
  std::vector<upstream::WorkerPtr> refused;  // 401 or 403 to this key
  // What the client is told where all are without.
  int status = 0;
  std::string fields, body;
  upstream::WorkerPtr worker;  // who said it
};

}  // namespace banto

#endif  // BANTO_PROXY_FETCH_ELSEWHERE_H_
