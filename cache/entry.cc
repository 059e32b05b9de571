#include "cache/entry.h"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <optional>
#include <string_view>

#include "proxy/api/rfc3339.h"
#include "proxy/base/split_mix.h"
#include "proxy/http/hex.h"

namespace banto::cache {
namespace {

// What malloc and the shared_ptr's control block add to an Entry.
constexpr size_t kHeapOverheadBytes = 96;

// Of a string, or what lives in one.
template <class Text>
size_t HeapBytes(const Text& text) {
  const bool inside = text.capacity() <= std::string().capacity();
  return inside ? 0 : text.capacity() + 1 + 16;  // 16: malloc's header and rounding
}

// chatcmpl-…, msg_…
bool IsSeparator(char c) { return c == '-' || c == '_'; }

// How much of the id is kept. A short tail ("cmpl-8f2…-0") is an index rather than an identity;
// then everything after the first separator is renewed.
// Found by a plain loop: find_last_of costs a call for each character.
size_t KeptPrefix(std::string_view id) {
  constexpr size_t kTailMin = 8;
  size_t tail = id.size();
  while (tail > 0 && !IsSeparator(id[tail - 1])) --tail;
  if (tail == 0 || id.size() - tail >= kTailMin) return tail;
  return static_cast<size_t>(std::find_if(id.begin(), id.end(), IsSeparator) - id.begin()) + 1;
}

// All patches use the same seed, so that equal ids stay equal, by which clients merge chunks. New
// characters are hex digits whatever they replace: every engine's ids contain those.
void RenewId(char* at, size_t size, uint64_t random) {
  base::SplitMix spread(random);
  char digits[http::kHexDigits];
  for (size_t i = KeptPrefix({at, size}); i < size;) {
    http::PutHex(spread.Next(), digits);
    for (size_t j = 0; j < sizeof digits && i < size; ++i, ++j) {
      if (!IsSeparator(at[i])) at[i] = digits[j];
    }
  }
}

// The time of the answer's end.
std::optional<int64_t> LastDate(const Entry& entry) {
  const std::string_view body = entry.body;
  for (auto patch = entry.patches.rbegin(); patch != entry.patches.rend(); ++patch) {
    if (patch->kind == Patch::Kind::kDate)
      return api::ReadRfc3339(body.substr(patch->at, patch->size));
  }
  return std::nullopt;
}

// Moves an answer's dates by whole seconds, its last to now; their fractions and zones stay.
class DateMover {
 public:
  DateMover(const Entry& entry, int64_t now_s) : entry_(entry), now_s_(now_s) {}

  // `date` is part of the body, `at` the place of its copy.
  void Move(std::string_view date, char* at) {
    // Most tokens come in the second of the one before.
    if (from_.empty() || !date.starts_with(from_)) {
      const std::optional<int64_t> then = api::ReadRfc3339(date);
      if (!then) return;
      if (!by_s_) by_s_ = now_s_ - LastDate(entry_).value_or(now_s_);
      to_ = api::Rfc3339(*then + *by_s_);
      from_ = date.substr(0, to_.size());
    }
    std::copy(to_.begin(), to_.end(), at);
  }

 private:
  const Entry& entry_;
  const int64_t now_s_;
  std::optional<int64_t> by_s_;
  std::string_view from_;  // the one moved last, up to its seconds
  std::string to_;
};

}  // namespace

size_t Entry::CostBytes() const {
  return sizeof(Entry) + kHeapOverheadBytes + HeapBytes(content_type) + HeapBytes(fields) +
         HeapBytes(body) + HeapBytes(pace) + HeapBytes(model) + HeapBytes(worker) +
         patches.capacity() * sizeof(Patch) + (other_form ? other_form->CostBytes() : 0);
}

std::shared_ptr<Entry> HeadOf(const Entry& entry) {
  auto copy = std::make_shared<Entry>();
  copy->status = entry.status;
  copy->content_type = entry.content_type;
  copy->fields = entry.fields;
  copy->model = entry.model;
  copy->worker = entry.worker;
  copy->stored_at_ms = entry.stored_at_ms;
  copy->expires_at_ms = entry.expires_at_ms;
  return copy;
}

void TellHead(const Entry& entry, http::FieldList* fields) {
  *fields = entry.fields;
  if (!entry.content_type.empty()) fields->Add("Content-Type", entry.content_type);
}

size_t AppendRenewed(const Entry& entry, size_t from, size_t bytes_max, int64_t now_s,
                     uint64_t random, std::string* out) {
  size_t end = from + std::min(bytes_max, entry.body.size() - from);
  auto patch = std::lower_bound(entry.patches.begin(), entry.patches.end(), from,
                                [](const Patch& p, size_t at) { return p.at < at; });
  const size_t base = out->size();
  out->append(entry.body, from, end - from);
  char digits[24];
  const auto digits_end = std::to_chars(digits, digits + sizeof digits, now_s).ptr;
  const auto digit_count = static_cast<size_t>(digits_end - digits);
  std::string_view last_id;  // most frames of a stream have the same id
  size_t last_id_at = 0;     // in `out`, renewed
  DateMover dates(entry, now_s);
  for (; patch != entry.patches.end() && patch->at < end; ++patch) {
    if (patch->size > entry.body.size() - patch->at) continue;
    if (patch->at + patch->size > end) {  // a patch is renewed as a unit
      out->append(entry.body, end, patch->at + patch->size - end);
      end = patch->at + patch->size;
    }
    char* at = out->data() + base + (patch->at - from);
    if (patch->kind == Patch::Kind::kId) {
      const auto id = std::string_view(entry.body).substr(patch->at, patch->size);
      if (id == last_id) {
        std::memcpy(at, out->data() + last_id_at, id.size());
      } else {
        RenewId(at, patch->size, random);
      }
      last_id = id;
      last_id_at = base + (patch->at - from);
    } else if (patch->kind == Patch::Kind::kDate) {
      dates.Move(std::string_view(entry.body).substr(patch->at, patch->size), at);
    } else if (patch->size == digit_count) {  // otherwise not in whole seconds
      std::copy(digits, digits_end, at);
    }
  }
  return end;
}

}  // namespace banto::cache
