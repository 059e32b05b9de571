#include "proxy/http/json_scanner.h"

#include <algorithm>
#include <cstring>

#include "proxy/http/json_run.h"
#include "proxy/http/json_token.h"

namespace banto::http {
namespace {

constexpr size_t kTextBytesMin = 4096;

JsonKind KindOf(char first) {
  switch (first) {
    case '{':
      return JsonKind::kObject;
    case '[':
      return JsonKind::kArray;
    case '"':
      return JsonKind::kString;
    case 't':
      return JsonKind::kTrue;
    case 'f':
      return JsonKind::kFalse;
    case 'n':
      return JsonKind::kNull;
    default:
      return JsonKind::kNumber;
  }
}

}  // namespace

JsonScanner::JsonScanner(std::string_view body, size_t depth_max, JsonScan* scan)
    : begin_(body.data()),
      end_(body.data() + body.size()),
      in_(body.data()),
      depth_max_(depth_max),
      scan_(scan),
      work_(scan->work_.get()) {
  const size_t need = 2 * body.size() + kJsonRunSlackBytes;
  if (work_->text_bytes < need) {
    work_->text_bytes = std::max(need, kTextBytesMin);
    work_->text.reset(new char[work_->text_bytes]);  // not make_unique, which would clear it
  }
  draft_ = out_ = work_->text.get();
  scan->text_ = draft_;
  work_->frames.clear();
  work_->open.clear();
  work_->order.Clear();
}

void JsonScanner::Run() {
  scan_->status_ = JsonStatus::kOk;
  std::vector<JsonMember>& members = scan_->members_;
  if (!ReadDocument()) {
    // The member in which the trouble lies has no value.
    if (!members.empty() && members.back().value.data() == nullptr) members.pop_back();
    return;
  }
  if (scan_->status_ != JsonStatus::kOk) return;
  if (*std::find_if_not(begin_, end_, IsJsonSpace) != '{') {
    scan_->status_ = JsonStatus::kNotObject;
    scan_->error_at_ = 0;
  }
}

bool JsonScanner::ReadDocument() {
  SkipSpace();
  do {
    const Step step = ReadValue();
    if (step == Step::kBroken) return false;
    if (step == Step::kWhole && !FinishValue()) return false;
  } while (!work_->frames.empty());
  SkipSpace();
  return in_ == end_ || Broken();
}

JsonScanner::Step JsonScanner::ReadValue() {
  if (in_ == end_) return Broken(), Step::kBroken;
  const char first = *in_;
  if (work_->frames.size() == 1 && work_->frames.back().is_object) {
    value_at_ = in_;
    JsonMember& member = scan_->members_.back();
    member.kind = KindOf(first);
    member.canonical_at = Offset();
  }
  switch (first) {
    case '"':
      *out_++ = *in_++;
      return ReadString() ? Step::kWhole : Step::kBroken;
    case '{':
      return OpenObject();
    case '[':
      return OpenArray();
    case 't':
      return ReadLiteral("true") ? Step::kWhole : Step::kBroken;
    case 'f':
      return ReadLiteral("false") ? Step::kWhole : Step::kBroken;
    case 'n':
      return ReadLiteral("null") ? Step::kWhole : Step::kBroken;
    default:
      return ReadNumber() ? Step::kWhole : Step::kBroken;
  }
}

JsonScanner::Step JsonScanner::OpenArray() {
  if (work_->frames.size() == depth_max_) return SkipDeep();
  *out_++ = *in_++;
  SkipSpace();
  if (in_ < end_ && *in_ == ']') {
    *out_++ = *in_++;
    return Step::kWhole;
  }
  work_->frames.emplace_back();
  return Step::kOpened;
}

JsonScanner::Step JsonScanner::OpenObject() {
  if (work_->frames.size() == depth_max_) return SkipDeep();
  const uint32_t begin = Offset();
  *out_++ = *in_++;
  SkipSpace();
  if (in_ < end_ && *in_ == '}') {
    *out_++ = *in_++;
    return Step::kWhole;
  }
  JsonFrame& frame = work_->frames.emplace_back();
  frame.is_object = true;
  frame.begin = begin;
  frame.first_open = static_cast<uint32_t>(work_->open.size());
  frame.slot = work_->order.Open();
  return ReadKey() ? Step::kOpened : Step::kBroken;
}

// Without frames nothing can say whether brackets match; the status says that nobody may rely on
// it.
JsonScanner::Step JsonScanner::SkipDeep() {
  Note(JsonStatus::kTooDeep);
  size_t depth = 0;
  bool in_string = false;
  for (; in_ < end_; ++in_) {
    const char c = *in_;
    if (in_string) {
      if (c == '\\' && in_ + 1 < end_) ++in_;
      in_string = c != '"';
    } else if (c == '"') {
      in_string = true;
    } else if (c == '[' || c == '{') {
      ++depth;
    } else if ((c == ']' || c == '}') && --depth == 0) {
      ++in_;
      return Step::kWhole;
    }
  }
  return Step::kBroken;
}

bool JsonScanner::ReadLongString() {
  const JsonStringEnd end = CopyJsonString(&in_, end_, &out_);
  if (end == JsonStringEnd::kBroken) return Broken();
  if (end == JsonStringEnd::kBadUtf8) Note(JsonStatus::kBadUtf8);
  return true;
}

bool JsonScanner::ReadLiteral(std::string_view word) {
  if (static_cast<size_t>(end_ - in_) < word.size() ||
      std::memcmp(in_, word.data(), word.size()) != 0) {
    return Broken();
  }
  std::memcpy(out_, word.data(), word.size());
  in_ += word.size();
  out_ += word.size();
  return true;
}

// Reads the numbers that follow it in an array too: a prompt of token ids has thousands.
bool JsonScanner::ReadNumber() {
  const bool in_array = !work_->frames.empty() && !work_->frames.back().is_object;
  const char* in = in_;
  char* out = out_;
  for (;;) {
    const size_t size = JsonNumberSize(in, end_);
    if (size == 0) break;
    // Sixteen bytes at once where there is room: nearly every number is shorter.
    if (size <= 16 && end_ - in >= 16) {
      std::memcpy(out, in, 16);
    } else {
      std::memcpy(out, in, size);
    }
    in += size;
    out += size;
    in_ = in;
    out_ = out;
    if (!in_array || in == end_ || *in != ',') return true;
    do ++in;
    while (in < end_ && IsJsonSpace(*in));
    if (in == end_ || (*in != '-' && (*in < '0' || *in > '9'))) return true;
    *out++ = ',';
  }
  in_ = in;
  return Broken();
}

// After a value: closes what ends here, until another value is to come or the document is read.
bool JsonScanner::FinishValue() {
  std::vector<JsonFrame>& frames = work_->frames;
  while (!frames.empty()) {
    const bool is_object = frames.back().is_object;
    if (is_object) FinishMember();
    SkipSpace();
    if (in_ == end_) return Broken();
    const char c = *in_;
    if (c != ',' && c != (is_object ? '}' : ']')) return Broken();
    ++in_;
    *out_++ = c;
    if (c == ',') {
      SkipSpace();
      return !is_object || ReadKey();
    }
    if (is_object) CloseObject(frames.back());
    frames.pop_back();
  }
  return true;
}

bool JsonScanner::Broken() {
  // What was too deep has not been checked: the brackets may only look broken.
  if (scan_->status_ != JsonStatus::kTooDeep) {
    scan_->status_ = JsonStatus::kMalformed;
    scan_->error_at_ = static_cast<size_t>(in_ - begin_);
  }
  return false;
}

// The first trouble is the one that is told.
void JsonScanner::Note(JsonStatus trouble) {
  if (scan_->status_ != JsonStatus::kOk) return;
  scan_->status_ = trouble;
  scan_->error_at_ = static_cast<size_t>(in_ - begin_);
}

}  // namespace banto::http
