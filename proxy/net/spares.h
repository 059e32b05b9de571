// What a thread keeps for its next request instead of giving it back to malloc. Every kind of
// spare thing is listed with its thread, so that all can be let go of when the traffic is over: one
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
#define BANTO_RECYCLES 1  // sanitizers see each object's true life instead
#endif

// How many things of one kind a thread keeps: more than one turn serves.
inline constexpr size_t kSparesMax = 128;
// None is kept with more memory than this.
inline constexpr size_t kSpareBytesMax = 4096;

// One kind of thing that this thread keeps; a thread_local object.
class Spares {
 public:
  Spares(const Spares&) = delete;
  Spares& operator=(const Spares&) = delete;
  // Lets go of what this thread keeps, of all kinds.
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
