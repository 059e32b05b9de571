// A [[routes]] entry as plain data: paths of an HTTP application, and how its answers are cached.
#ifndef BANTO_CONF_ROUTE_H_
#define BANTO_CONF_ROUTE_H_

#include <cstdint>
#include <string>
#include <vector>

namespace banto::conf {

struct RouteCache {
  bool enabled = false;
  int64_t ttl_ms = 0;            // 0: the cache's ttl
  bool ttl_of_answer = false;    // ttl = "origin": the answer's own lifetime
  std::vector<std::string> key;  // "query.NAME", "header.NAME", "body"; empty: everything
  bool operator==(const RouteCache& other) const = default;
};

struct Route {
  std::string path;                  // exact, or a prefix ending in '*'
  std::vector<std::string> methods;  // empty: all
  std::vector<std::string> workers;  // names; empty: all workers of kind http
  RouteCache cache;
  bool retry_unsafe = false;
};

}  // namespace banto::conf

#endif  // BANTO_CONF_ROUTE_H_
