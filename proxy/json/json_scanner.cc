// budget: one loop, whose steps are inlined into it. Strings, other scalars and the order of
// members have files of their own.
#include "proxy/json/json_scanner.h"

#include <algorithm>
#include <array>

#include "proxy/json/json_pointing_key.h"
#include "proxy/json/json_run.h"
#include "proxy/json/json_token.h"

namespace banto::json {
namespace {

constexpr size_t kTextBytesMin = 4096;

constexpr std::array<JsonKind, 256> MakeKinds() {
  std::array<JsonKind, 256> kinds{};
  kinds.fill(JsonKind::kNumber);
  kinds['{'] = JsonKind::kObject;
  kinds['['] = JsonKind::kArray;
  kinds['"'] = JsonKind::kString;
  kinds['t'] = JsonKind::kTrue;
  kinds['f'] = JsonKind::kFalse;
  kinds['n'] = JsonKind::kNull;
  return kinds;
}
constexpr std::array<JsonKind, 256> kKinds = MakeKinds();

}  // namespace

template <bool kText>
JsonScanner<kText>::JsonScanner(std::string_view body, size_t depth_max, JsonScan* scan)
    : begin_(body.data()),
      end_(body.data() + body.size()),
      depth_max_(depth_max),
      scan_(scan),
      work_(scan->work_.get()) {
  const size_t need = (kText ? 2 : 1) * body.size() + kJsonRunSlackBytes;
  if (work_->text_bytes < need) {
    work_->text_bytes = std::max(need, kTextBytesMin);
    work_->text.reset(new char[work_->text_bytes]);  // make_unique would zero it
  }
  draft_ = work_->text.get();
  scan->text_ = draft_;
  work_->frames.Clear();
  work_->members.Clear();
}

template <bool kText>
void JsonScanner<kText>::Run() {
  scan_->status_ = JsonStatus::kOk;
  JsonPlace at{begin_, draft_};
  SkipSpace(at);
  if (at.in == end_) return void(Broken(at.in));
  const bool is_object = *at.in == '{';
  at = is_object ? ReadRoot(at) : ReadNested(at);
  if (at.in == nullptr) return;
  SkipSpace(at);
  if (at.in != end_) return void(Broken(at.in));
  if (scan_->status_ != JsonStatus::kOk) return;
  if (!is_object) scan_->status_ = JsonStatus::kNotObject;
  if (kText && is_object && work_->members.slots() > 0)
    work_->members.EmitTop(draft_, Offset(at.out), &scan_->members_);
}

// The top-level object: its members are recorded one by one, a cost that nested ones avoid.
template <bool kText>
[[gnu::noinline]] JsonPlace JsonScanner<kText>::ReadRoot(JsonPlace at) {
  Step step = Open(at, true);
  for (uint32_t left = JsonScan::kMembersMax; step == Step::kNext; --left) {
    if (left == 0) return TooMany(at.in), JsonPlace{};
    std::string_view spelt;
    if (!ReadKey(at, &spelt)) return {};
    const char* const value = at.in;
    const uint32_t canonical_at = Offset(at.out);
    const JsonKind kind = kKinds[static_cast<unsigned char>(*value)];
    if (kind >= JsonKind::kArray) {
      at = ReadNested(at);
      if (at.in == nullptr) return at;
    } else if (!ReadScalar(at, kind)) {
      return {};
    }
    const JsonRange& range = work_->members.back();
    JsonMember& member = scan_->members_.Push();
    member.key = spelt;
    member.value = {value, static_cast<size_t>(at.in - value)};
    member.kind = kind;
    member.key_at = range.key_begin;
    member.key_size = range.key_end - range.key_begin;
    member.canonical_at = canonical_at;
    member.canonical_size = Offset(at.out) - canonical_at;
    scan_->Recognise(JsonKeyOf(range, draft_), range.key_head);
    step = FinishEntry(at, true);
  }
  if (step == Step::kBroken) return {};
  if constexpr (kText) NoteKeys(work_->members.SortTop(draft_, &scan_->sorted_), at.in);
  return at;
}

// Any other value. Requires `at` to be before the end.
template <bool kText>
[[gnu::noinline]] JsonPlace JsonScanner<kText>::ReadNested(JsonPlace at) {
  JsonStack<JsonFrame>& frames = work_->frames;
  const size_t outside = frames.size();
  for (;;) {
    const JsonKind kind = kKinds[static_cast<unsigned char>(*at.in)];
    Step step = Step::kWhole;
    if (kind >= JsonKind::kArray) {
      step = Open(at, kind == JsonKind::kObject);
    } else if (!ReadScalar(at, kind)) {
      return {};
    }
    while (step == Step::kWhole) {
      if (frames.size() == outside) return at;
      step = FinishEntry(at, frames.back().is_object);
    }
    if (step == Step::kBroken) return {};
    std::string_view spelt;
    if (frames.back().is_object) {
      if (!ReadKey(at, &spelt)) return {};
    } else if (at.in == end_) {
      return Broken(at.in), JsonPlace{};
    }
  }
}

template <bool kText>
[[gnu::always_inline]] inline bool JsonScanner<kText>::ReadKey(JsonPlace& at,
                                                               std::string_view* spelt) {
  if (at.in == end_ || *at.in != '"') return Broken(at.in);
  const char* const begin = ++at.in;
  Put(at, '"');
  char* const key = at.out;
  if (!ReadString<true>(at)) return false;
  *spelt = {begin, static_cast<size_t>(at.in - 1 - begin)};
  const size_t size = static_cast<size_t>(at.out - 1 - key);
  // Fill it in place: building it elsewhere and copying it would stall on its small stores.
  JsonRange& range = work_->members.Push();
  range.key_head = JsonKeyHead(key, size);
  range.key_begin = Offset(key);
  range.key_end = range.key_begin + static_cast<uint32_t>(size);
  if constexpr (kText) range.slot = work_->members.slots();
  if (IsPointingKey(key + size, size)) scan_->has_pointing_key_ = true;
  SkipSpace(at);
  if (at.in == end_ || *at.in != ':') return Broken(at.in);
  ++at.in;
  Put(at, ':');
  SkipSpace(at);
  return at.in != end_ || Broken(at.in);
}

template <bool kText>
[[gnu::always_inline]] inline bool JsonScanner<kText>::ReadScalar(JsonPlace& at, JsonKind kind) {
  switch (kind) {
    case JsonKind::kString:
      Put(at, *at.in++);
      return ReadString<kText>(at);
    case JsonKind::kTrue:
      at = ReadJsonLiteral<kText>(at, end_, "true");
      break;
    case JsonKind::kFalse:
      at = ReadJsonLiteral<kText>(at, end_, "false");
      break;
    case JsonKind::kNull:
      at = ReadJsonLiteral<kText>(at, end_, "null");
      break;
    default:
      at = ReadJsonNumbers<kText>(at, end_, InArray());
      break;
  }
  return at.out != nullptr || Broken(at.in);
}

template <bool kText>
[[gnu::always_inline]] inline auto JsonScanner<kText>::Open(JsonPlace& at, bool is_object) -> Step {
  if (work_->frames.size() == depth_max_) {
    at = SkipDeep(at);
    return at.in != nullptr ? Step::kWhole : Step::kBroken;
  }
  const uint32_t begin = Offset(at.out);
  Put(at, *at.in++);
  SkipSpace(at);
  if (at.in < end_ && *at.in == (is_object ? '}' : ']')) {
    Put(at, *at.in++);
    return Step::kWhole;
  }
  JsonFrame& frame = work_->frames.Push();
  frame.is_object = is_object;
  if (is_object) work_->members.template Open<kText>(begin, &frame.object);
  return Step::kNext;
}

// From after the opening quote to after the closing one.
template <bool kText>
template <bool kCopy>
[[gnu::always_inline]] inline bool JsonScanner<kText>::ReadString(JsonPlace& at) {
  if (end_ - at.in >= 16) {
    // Most are plain and short, so the first vector has already copied the closing quote.
    const size_t size = ReadShortJsonRun<kCopy>(at.in, at.out);
    if (size != 16) {
      at.in += size + 1;
      if constexpr (kCopy) at.out += size + 1;
      return true;
    }
  }
  at = ReadLongString<kCopy>(at);
  return at.in != nullptr;
}

template <bool kText>
template <bool kCopy>
[[gnu::noinline]] JsonPlace JsonScanner<kText>::ReadLongString(JsonPlace at) {
  const JsonStringEnd end = ReadJsonString<kCopy>(begin_, &at.in, end_, &at.out);
  if (end == JsonStringEnd::kBroken) return Broken(at.in), JsonPlace{};
  if (end == JsonStringEnd::kBadUtf8) Note(JsonStatus::kBadUtf8, at.in);
  return at;
}

// After an entry of the innermost container: steps to the next entry (kNext) or out of the
// container (kWhole).
template <bool kText>
[[gnu::always_inline]] inline auto JsonScanner<kText>::FinishEntry(JsonPlace& at, bool is_object)
    -> Step {
  if (kText && is_object) work_->members.back().end = Offset(at.out);
  SkipSpace(at);
  if (at.in == end_) return Broken(at.in), Step::kBroken;
  const char c = *at.in;
  if (c == ',') {
    ++at.in;
    Put(at, ',');
    SkipSpace(at);
    return Step::kNext;
  }
  if (c != (is_object ? '}' : ']')) return Broken(at.in), Step::kBroken;
  ++at.in;
  Put(at, c);
  if (is_object) {
    const JsonKeys keys = CloseObject(at);
    if (keys != JsonKeys::kGood && !NoteKeys(keys, at.in)) return Step::kBroken;
  }
  work_->frames.Pop();
  return Step::kWhole;
}

template <bool kText>
[[gnu::always_inline]] inline JsonKeys JsonScanner<kText>::CloseObject(JsonPlace at) {
  const JsonOpenMembers::Object& object = work_->frames.back().object;
  if (kText && work_->frames.size() == 1) return work_->members.CloseTop();
  return work_->members.template Close<kText>(object, draft_, Offset(at.out));
}

// Without frames brackets cannot be matched by type; the status tells callers not to rely on it.
template <bool kText>
[[gnu::noinline]] JsonPlace JsonScanner<kText>::SkipDeep(JsonPlace at) {
  Note(JsonStatus::kTooDeep, at.in);
  at.in = SkipJsonBrackets(at.in, end_);
  return at;
}

template <bool kText>
[[gnu::noinline]] bool JsonScanner<kText>::NoteKeys(JsonKeys keys, const char* in) {
  if (keys == JsonKeys::kTooMany) return TooMany(in);
  if (keys == JsonKeys::kDuplicate) Note(JsonStatus::kDuplicateKey, in);
  return true;
}

template <bool kText>
[[gnu::noinline]] bool JsonScanner<kText>::Broken(const char* in) {
  // What was too deep was not validated, so mismatched brackets may not be an error.
  if (scan_->status_ != JsonStatus::kTooDeep) {
    scan_->status_ = JsonStatus::kMalformed;
    scan_->error_at_ = static_cast<size_t>(in - begin_);
  }
  return false;
}

// Unlike other errors it ends the scan: a body with five million members takes seconds.
template <bool kText>
[[gnu::noinline]] bool JsonScanner<kText>::TooMany(const char* in) {
  scan_->status_ = JsonStatus::kTooManyMembers;
  scan_->error_at_ = static_cast<size_t>(in - begin_);
  return false;
}

// The first error is the one reported.
template <bool kText>
[[gnu::noinline]] void JsonScanner<kText>::Note(JsonStatus trouble, const char* in) {
  if (scan_->status_ != JsonStatus::kOk) return;
  scan_->status_ = trouble;
  scan_->error_at_ = static_cast<size_t>(in - begin_);
}

template class JsonScanner<true>;
template class JsonScanner<false>;

}  // namespace banto::json
