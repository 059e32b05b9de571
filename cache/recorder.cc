#include "cache/recorder.h"

#include <algorithm>
#include <string>
#include <utility>

#include "cache/entry_spans.h"
#include "proxy/http/content_decoder.h"

namespace banto::cache {
namespace {

constexpr size_t kFirstBytes = 4096;

// Fields that describe one exchange and would be wrong in a replay: times, ids, limits and costs of
// the first caller's request (including all of kOfOneExchange and kHarmless), and those that we
// write ourselves. CORS fields (Access-Control-*) are kept: the worker may have a list of pages
// that we do not know (vLLM's --allowed-origins), so their presence or absence is all that a hit
// can report. Origin is in the key wherever [cors] does not replace it (separation.h).
constexpr http::FieldSet kOfOneCaller = {http::FieldName::kOfOneExchange,
                                         http::FieldName::kHarmless,
                                         http::FieldName::kAccessControlRequestHeaders,
                                         http::FieldName::kAccessControlRequestMethod,
                                         http::FieldName::kAge,
                                         http::FieldName::kCacheStatus,
                                         http::FieldName::kDate,
                                         http::FieldName::kServer,
                                         http::FieldName::kSetCookie,
                                         http::FieldName::kVia,
                                         http::FieldName::kXBantoModel,
                                         http::FieldName::kXBantoOther,
                                         http::FieldName::kXBantoWorker,
                                         http::FieldName::kXCache,
                                         http::FieldName::kXRequestId};
// An Entry has a type of its own and no coding; when to ask again is only said with errors.
constexpr http::FieldSet kNotKept =
    kOfOneCaller | http::FieldSet{http::FieldName::kContentEncoding, http::FieldName::kContentType,
                                  http::FieldName::kRetryAfter};

http::FieldSet NotKept(const http::ResponseHead& head) {
  http::FieldSet names = kNotKept;
  // An absolute URL names the worker, whose address clients do not know.
  const auto location = head.Find(http::FieldName::kContentLocation);
  if (location && location->find("://") != std::string_view::npos)
    names.Add(http::FieldName::kContentLocation);
  return names;
}

}  // namespace

void DropOfOneExchange(http::FieldList* fields) { fields->RemoveAll(kOfOneCaller); }

Recorder::Recorder(Budget* budget, uint64_t entry_bytes_max)
    : budget_(budget), entry_bytes_max_(entry_bytes_max), entry_(std::make_shared<Entry>()) {}

Recorder::~Recorder() { budget_->held_bytes.fetch_sub(held_, std::memory_order_relaxed); }

void Recorder::OnHead(const http::ResponseHead& head, bool stream) {
  if (!recording()) return;
  // RFC 9111 §3 allows more; a cache of generated answers stores only complete successes.
  if (head.status() != 200) return GiveUp(SkipReason::kUpstreamError);
  // Answers are requested with identity; one that is encoded anyway cannot be replayed to everyone.
  if (http::ReadContentCoding(head) != http::ContentCoding::kIdentity)
    return GiveUp(SkipReason::kNotCacheable);
  const http::BodyFraming framing = head.framing();
  if (framing.kind == http::BodyKind::kLength) {
    if (framing.length > entry_bytes_max_) return GiveUp(SkipReason::kTooLarge);
    if (!Reserve(framing.length)) return;
  }
  entry_->status = head.status();
  entry_->stream = stream;
  entry_->content_type = head.Find(http::FieldName::kContentType).value_or("");
  entry_->fields.AddFrom(head, NotKept(head));
}

void Recorder::NoteTime(int64_t now_ms) {
  if (recording()) pace_.Note(entry_->body.size(), now_ms, &entry_->pace);
}

void Recorder::OnFrame(std::string_view bytes, const api::FrameVerdict& verdict) {
  if (!recording() || verdict.kind == api::FrameKind::kComment) return;
  const size_t base = entry_->body.size();
  if (!Reserve(bytes.size())) return;
  entry_->body.append(bytes);
  if (!AddSpans(base, bytes.size(), verdict, entry_.get())) GiveUp(SkipReason::kMalformed);
}

void Recorder::OnBytes(std::string_view bytes) {
  if (recording() && Reserve(bytes.size())) entry_->body.append(bytes);
}

// Reserves room for `more` bytes and a frame's patches, taken from the budget in doubling steps: an
// atomic operation per step rather than per token.
bool Recorder::Reserve(uint64_t more) {
  constexpr size_t kPatchesMax = 3;  // an id and two times
  std::string& body = entry_->body;
  std::vector<Patch>& patches = entry_->patches;
  const uint64_t need = body.size() + more;
  if (need > entry_bytes_max_) {
    GiveUp(SkipReason::kTooLarge);
    return false;
  }
  uint64_t room = body.capacity();
  uint64_t patch_room = patches.capacity();
  if (need <= room && patches.size() + kPatchesMax <= patch_room) return true;
  if (need > room) room = std::min(std::max({need, 2 * room, kFirstBytes}), entry_bytes_max_);
  if (patches.size() + kPatchesMax > patch_room) patch_room = std::max<uint64_t>(4, 2 * patch_room);
  const uint64_t total = room + patch_room * sizeof(Patch) + entry_->pace.capacity();
  const uint64_t grow = total - std::min(total, held_);
  const uint64_t held = budget_->held_bytes.fetch_add(grow, std::memory_order_relaxed) + grow;
  held_ += grow;
  if (held > budget_->bytes_max) {
    GiveUp(SkipReason::kTooLarge);
    return false;
  }
  body.reserve(room);
  patches.reserve(patch_room);
  return true;
}

void Recorder::GiveUp(SkipReason reason) {
  if (!recording()) return;
  skip_ = reason;
  entry_ = std::make_shared<Entry>();
  budget_->held_bytes.fetch_sub(std::exchange(held_, 0), std::memory_order_relaxed);
}

std::string_view Recorder::body() const { return entry_->body; }

std::shared_ptr<Entry> Recorder::Finish(const api::FrameVerdict& whole_spans) {
  if (!recording()) return nullptr;
  AddSpans(0, 0, whole_spans, entry_.get());
  std::string& body = entry_->body;
  if (body.capacity() > body.size() + body.size() / 4) body.shrink_to_fit();
  entry_->patches.shrink_to_fit();
  entry_->pace.shrink_to_fit();
  entry_->fields.ShrinkToFit();
  budget_->held_bytes.fetch_sub(std::exchange(held_, 0), std::memory_order_relaxed);
  return std::exchange(entry_, std::make_shared<Entry>());
}

}  // namespace banto::cache
