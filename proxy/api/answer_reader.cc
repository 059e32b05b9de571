#include "proxy/api/answer_reader.h"

#include <functional>

#include "proxy/api/dialect.h"
#include "proxy/api/passed_answer.h"
#include "proxy/api/stream_reader.h"
#include "proxy/http/media_type.h"

namespace banto::api {
namespace {

constexpr int kStatusOk = 200;
constexpr int kStatusFirstError = 400;

// What answers in one piece has no stream of its API's: whatever a worker or a gateway labels as
// one is passed on, and its end is no cut.
std::unique_ptr<StreamReader> ReaderFor(const RequestExpectations& expectations) {
  const OperationInfo& operation = *expectations.operation;
  const bool streams = operation.framing != http::StreamFraming::kNone;
  return streams || operation.dialect->opaque ? operation.dialect->read_stream(expectations)
                                              : ReadPassed(expectations);
}

}  // namespace

bool SaysJson(std::string_view content_type) {
  const http::MediaType type = http::ReadMediaType(content_type);
  return type == http::MediaType::kNone || type == http::MediaType::kJson;
}

AnswerReader::AnswerReader(const RequestExpectations& expectations) : expectations_(expectations) {}

AnswerReader::~AnswerReader() = default;

FrameVerdict AnswerReader::OnFrame(const http::Frame& frame) {
  if (frame.data.empty()) {
    FrameVerdict comment;
    comment.kind = FrameKind::kComment;
    return comment;
  }
  if (stream_ == nullptr) stream_ = ReaderFor(expectations_);
  return stream_->OnFrame(frame, &usage_);
}

Completeness AnswerReader::FinishStream(bool transport_clean) const {
  if (stream_ == nullptr) return Completeness::kIncompleteStream;
  if (stream_->failed()) return Completeness::kUpstreamError;
  return transport_clean ? stream_->Finish() : Completeness::kIncompleteStream;
}

bool AnswerReader::finished() const { return stream_ != nullptr && stream_->finished(); }

int64_t AnswerReader::next_sequence() const {
  return stream_ == nullptr ? 0 : stream_->next_sequence();
}

Completeness AnswerReader::CheckWhole(int status, std::string_view content_type,
                                      std::string_view body, FrameVerdict* spans) {
  if (spans != nullptr) *spans = FrameVerdict();
  if (status >= kStatusFirstError) return Completeness::kUpstreamError;
  if (status != kStatusOk) return Completeness::kNotCacheable;
  // What an application promises, nobody knows: its route said that it may be stored.
  const auto check = expectations_.operation->dialect->check_whole;
  if (check == nullptr) return Completeness::kComplete;
  if (!SaysJson(content_type)) return Completeness::kNotCacheable;
  Usage found;
  const Completeness verdict = check(expectations_, body, spans, &found);
  if (verdict != Completeness::kUpstreamError) usage_ = found;  // an error's counts bill nobody
  return verdict;
}

bool Locate(std::string_view part, std::string_view bytes, uint32_t* at, uint32_t* size) {
  constexpr std::less_equal<const char*> no_later;  // the views may be of different memory
  if (part.empty() || !no_later(bytes.data(), part.data()) ||
      !no_later(part.data() + part.size(), bytes.data() + bytes.size())) {
    return false;
  }
  *at = static_cast<uint32_t>(part.data() - bytes.data());
  *size = static_cast<uint32_t>(part.size());
  return true;
}

const char* CompletenessName(Completeness c) {
  switch (c) {
    case Completeness::kComplete:
      return "complete";
    case Completeness::kIncompleteStream:
      return "incomplete_stream";
    case Completeness::kUpstreamError:
      return "upstream_error";
    case Completeness::kFinishReasonError:
      return "finish_reason_error";
    case Completeness::kLengthLimit:
      return "length_limit";
    case Completeness::kEmptyAnswer:
      return "empty_answer";
    case Completeness::kMalformed:
      return "malformed";
    case Completeness::kNotCacheable:
      return "not_cacheable";
  }
  return "unknown";
}

}  // namespace banto::api
