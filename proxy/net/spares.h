// What a thread keeps for its next request instead of returning it to malloc. Every kind is
// registered with its thread, so that all of it can be released once the traffic is over: a single
// forgotten block pins its page, and a few hundred of them pin megabytes.
#ifndef BANTO_PROXY_NET_SPARES_H_
#define BANTO_PROXY_NET_SPARES_H_

#include <cstddef>

namespace banto::net {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define BANTO_RECYCLES 0
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define BANTO_RECYCLES 0
#endif
#endif
#ifndef BANTO_RECYCLES
#define BANTO_RECYCLES 1  // sanitizers must see each object's real lifetime
#endif

// How many of a kind a thread keeps; more than one turn serves.
inline constexpr size_t kSparesMax = 128;
// Larger ones are not kept.
inline constexpr size_t kSpareBytesMax = 4096;

// One kind of spare object of this thread. Make it thread_local.
class Spares {
 public:
  Spares(const Spares&) = delete;
  Spares& operator=(const Spares&) = delete;
  // Releases everything that this thread keeps, of all kinds.
  static void DropAllOfThread();

 protected:
  Spares();
  ~Spares();

 private:
  virtual void Drop() = 0;
  Spares* next_;
};

}  // namespace banto::net

#endif  // BANTO_PROXY_NET_SPARES_H_
