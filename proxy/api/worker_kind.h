// The kinds of workers. A value; what is known of each stands in its row of engine_traits.
#ifndef BANTO_PROXY_API_WORKER_KIND_H_
#define BANTO_PROXY_API_WORKER_KIND_H_

#include <cstddef>
#include <cstdint>

namespace banto::api {

// kAuto is no kind: it is still to be found out.
enum class WorkerKind : uint8_t {
  kAuto,
  kVllm,
  kSglang,
  kLlamaCpp,
  kLlamaCppPython,
  kOllama,
  kTgi,
  kTei,
  kOpenAi,
  kAnthropic,
  kHttp,  // stands last
};
inline constexpr size_t kWorkerKinds = static_cast<size_t>(WorkerKind::kHttp) + 1;

inline constexpr bool IsKnown(WorkerKind kind) { return kind != WorkerKind::kAuto; }

}  // namespace banto::api

#endif  // BANTO_PROXY_API_WORKER_KIND_H_
