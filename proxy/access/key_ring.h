// The keys of a configuration, found by their secret. Made with each snapshot, so that a key that
// is taken out of the file opens nothing from then on. Immutable; any thread.
#ifndef BANTO_PROXY_ACCESS_KEY_RING_H_
#define BANTO_PROXY_ACCESS_KEY_RING_H_

#include <span>
#include <string_view>

#include "conf/access_key.h"

namespace banto::access {

class KeyRing {
 public:
  KeyRing() = default;
  // `keys` must outlive it.
  explicit KeyRing(std::span<const conf::AccessKey> keys) : keys_(keys) {}

  bool empty() const { return keys_.empty(); }  // everybody may ask
  // nullptr: it is no key's. Takes as long for one key as for another, and for none.
  const conf::AccessKey* Find(std::string_view secret) const;

 private:
  std::span<const conf::AccessKey> keys_;
};

}  // namespace banto::access

#endif  // BANTO_PROXY_ACCESS_KEY_RING_H_
