#include "proxy/api/last_token.h"

#include <array>
#include <atomic>
#include <cstddef>

namespace banto::api {
namespace {

// Engines times models times kinds of frames; the oldest makes room, and its streams parse once.
constexpr size_t kTemplates = 32;

struct Shared {
  ChunkTemplate known;
  uint32_t serial = 0;  // of what `known` is; 0: nothing
};

struct Templates {
  std::array<Shared, kTemplates> slots;
  uint32_t next = 0;
};

Templates& ThreadTemplates() {
  thread_local Templates templates;
  return templates;
}

// One count for all threads: what a reader remembers from one thread is never found on another.
uint32_t NextSerial() {
  static std::atomic<uint32_t> serial{0};
  uint32_t next = 0;
  while (next == 0) next = serial.fetch_add(1, std::memory_order_relaxed) + 1;
  return next;
}

}  // namespace

bool LastToken::Matches(std::string_view frame, FrameVerdict* verdict) const {
  if (serial_ == 0) return false;
  const Shared& shared = ThreadTemplates().slots[slot_];
  return shared.serial == serial_ && shared.known.Matches(frame, verdict);
}

void LastToken::Learn(std::string_view frame, const FrameVerdict& verdict, std::string_view text,
                      std::string_view time) {
  Templates& templates = ThreadTemplates();
  Forget();
  ChunkTemplate learnt;
  if (!learnt.Learn(frame, verdict, text, time)) return;
  for (uint32_t slot = 0; slot < kTemplates; ++slot) {
    const Shared& shared = templates.slots[slot];
    if (shared.serial == 0 || !(shared.known == learnt)) continue;
    slot_ = slot;
    serial_ = shared.serial;
    return;
  }
  slot_ = templates.next++ % kTemplates;
  serial_ = NextSerial();
  templates.slots[slot_] = {std::move(learnt), serial_};
}

}  // namespace banto::api
