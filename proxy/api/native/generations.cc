// Several generations, streamed or in one piece: whether all that were asked for are there.
#include <algorithm>
#include <vector>

#include "proxy/api/json_each.h"
#include "proxy/api/native/generation.h"
#include "proxy/api/stream_error.h"
#include "proxy/api/stream_reader.h"

namespace banto::api::native {
namespace {

using End = Generation::End;
using Engine = Generation::Engine;

// Which of the texts have begun, which have ended, and how.
class Ledger {
 public:
  explicit Ledger(const RequestExpectations& expectations)
      // The bound is against an `n` that only wants our memory; no engine makes that many.
      : begun_(static_cast<size_t>(std::clamp(expectations.choices, 1, 4096))),
        ended_(begun_.size()),
        limit_set_(expectations.limit_set) {}

  void Add(const Generation& part, int64_t index) {
    malformed_ = malformed_ || !part.utf8_ok || part.engine == Engine::kUnknown;
    known_ = known_ || part.engine != Engine::kUnknown;
    says_ = says_ || part.says;
    if (!part.is_json || index < 0 || index >= static_cast<int64_t>(ended_.size())) {
      malformed_ = true;
      return;
    }
    const auto at = static_cast<size_t>(index);
    if (!begun_[at]) ++begun_count_;
    begun_[at] = true;
    if (ended_[at]) {  // it is silent now
      malformed_ = true;
      return;
    }
    if (part.end == End::kNone) return;
    ended_[at] = true;
    ++ended_count_;
    length_ = length_ || part.end == End::kLength;
    bad_ = bad_ || part.end == End::kOther;
  }

  bool known() const { return known_; }
  // Of those that were asked for, and of those that have begun.
  bool all_ended() const { return ended_count_ == ended_.size(); }
  bool none_open() const { return ended_count_ == begun_count_; }
  Completeness Judge() const {
    if (bad_) return Completeness::kFinishReasonError;
    if (malformed_) return Completeness::kMalformed;
    if (length_ && !limit_set_) return Completeness::kLengthLimit;
    return says_ ? Completeness::kComplete : Completeness::kEmptyAnswer;
  }

 private:
  std::vector<bool> begun_, ended_;
  size_t begun_count_ = 0, ended_count_ = 0;
  const bool limit_set_;
  bool known_ = false, says_ = false, malformed_ = false, length_ = false, bad_ = false;
};

class Generations final : public StreamReader {
 public:
  explicit Generations(const RequestExpectations& expectations) : ledger_(expectations) {}

  FrameVerdict OnFrame(const http::Frame& frame, Usage* usage) override {
    FrameVerdict verdict;
    if (IsDone(frame.data)) {
      done_ = true;
      verdict.kind = FrameKind::kTerminal;
      return verdict;
    }
    const Generation part = ReadGeneration(frame.data);
    if (part.is_error || frame.event == "error") {
      failed_ = true;
      verdict.kind = FrameKind::kError;
      verdict.error_status = ErrorStatus(frame.data);
      return verdict;
    }
    after_done_ = after_done_ || done_;
    needs_done_ = needs_done_ || part.engine == Engine::kSglang;
    ledger_.Add(part, part.index);
    Locate(part.id, frame.bytes, &verdict.id_at, &verdict.id_size);
    if (part.end != End::kNone) *usage = part.usage;
    if (part.end != End::kNone && !part.says) verdict.kind = FrameKind::kFinish;
    return verdict;
  }
  Completeness Finish() const override {
    if (failed_) return Completeness::kUpstreamError;
    if (!ledger_.known()) return Completeness::kNotCacheable;
    if (!ledger_.all_ended() || (needs_done_ && !done_)) return Completeness::kIncompleteStream;
    return after_done_ ? Completeness::kMalformed : ledger_.Judge();
  }
  bool failed() const override { return failed_; }
  // Of what nobody knows, the end is not known either.
  bool finished() const override { return !ledger_.known() || ledger_.none_open(); }

 private:
  Ledger ledger_;
  bool failed_ = false;
  bool done_ = false;
  bool after_done_ = false;
  bool needs_done_ = false;
};

}  // namespace

Completeness CheckGenerations(const RequestExpectations& expectations, std::string_view body,
                              FrameVerdict* spans, Usage* usage) {
  Ledger ledger(expectations);
  json::JsonCursor json(body);
  if (json.EnterArray()) {
    for (int64_t index = 0; json.NextElement(); ++index) {
      const Generation one = ReadGeneration(json.Skip());
      if (one.is_error) return Completeness::kUpstreamError;
      ledger.Add(one, index);
    }
    if (!json.Finish()) return Completeness::kMalformed;
  } else {
    const Generation one = ReadGeneration(body);
    if (one.is_error) return Completeness::kUpstreamError;
    if (!one.is_json) return Completeness::kMalformed;
    *usage = one.usage;
    if (spans != nullptr) Locate(one.id, body, &spans->id_at, &spans->id_size);
    ledger.Add(one, 0);
  }
  if (!ledger.known()) return Completeness::kNotCacheable;
  const Completeness verdict = ledger.Judge();
  if (verdict == Completeness::kMalformed || ledger.all_ended()) return verdict;
  // A text without a reason to end, or one that was asked for and is not there.
  return ledger.none_open() ? Completeness::kMalformed : Completeness::kFinishReasonError;
}

std::unique_ptr<StreamReader> ReadGenerations(const RequestExpectations& expectations) {
  return std::make_unique<Generations>(expectations);
}

}  // namespace banto::api::native
