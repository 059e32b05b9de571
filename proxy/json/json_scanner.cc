#include "proxy/json/json_scanner.h"

#include <algorithm>

#include "proxy/json/json_run.h"

namespace banto::json {
namespace {

constexpr size_t kTextBytesMin = 4096;

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
  work_->open.Clear();
  work_->order.Clear();
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
  if (scan_->status_ == JsonStatus::kOk && !is_object) scan_->status_ = JsonStatus::kNotObject;
}

template <bool kText>
bool JsonScanner<kText>::Broken(const char* in) {
  // What was too deep was not validated, so mismatched brackets may not be an error.
  if (scan_->status_ != JsonStatus::kTooDeep) {
    scan_->status_ = JsonStatus::kMalformed;
    scan_->error_at_ = static_cast<size_t>(in - begin_);
  }
  return false;
}

// Unlike other errors it ends the scan: a body with five million members takes seconds.
template <bool kText>
bool JsonScanner<kText>::TooMany(const char* in) {
  scan_->status_ = JsonStatus::kTooManyMembers;
  scan_->error_at_ = static_cast<size_t>(in - begin_);
  return false;
}

// The first error is the one reported.
template <bool kText>
void JsonScanner<kText>::Note(JsonStatus trouble, const char* in) {
  if (scan_->status_ != JsonStatus::kOk) return;
  scan_->status_ = trouble;
  scan_->error_at_ = static_cast<size_t>(in - begin_);
}

// Instantiates what this file defines; the other members are instantiated at the ends of the other
// files.
template JsonScanner<true>::JsonScanner(std::string_view, size_t, JsonScan*);
template JsonScanner<false>::JsonScanner(std::string_view, size_t, JsonScan*);
template void JsonScanner<true>::Run();
template void JsonScanner<false>::Run();
template bool JsonScanner<true>::Broken(const char*);
template bool JsonScanner<false>::Broken(const char*);
template bool JsonScanner<true>::TooMany(const char*);
template bool JsonScanner<false>::TooMany(const char*);
template void JsonScanner<true>::Note(JsonStatus, const char*);
template void JsonScanner<false>::Note(JsonStatus, const char*);

}  // namespace banto::json
