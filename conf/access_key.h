// A [[keys]] entry as plain data: who may ask, and for what.
#ifndef BANTO_CONF_ACCESS_KEY_H_
#define BANTO_CONF_ACCESS_KEY_H_

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace banto::conf {

struct AccessKey {
  std::string name;                         // in logs, metrics and the cache
  std::array<uint8_t, 32> digest = {};      // SHA-256 of its secret
  std::vector<std::string> models = {"*"};  // exact, or prefixes ending in '*'
  bool external = true;                     // its requests may leave the house
};

}  // namespace banto::conf

#endif  // BANTO_CONF_ACCESS_KEY_H_
