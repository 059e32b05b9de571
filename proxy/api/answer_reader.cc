#include "proxy/api/answer_reader.h"

#include "proxy/api/stream_reader.h"
#include "proxy/api/whole_reader.h"
#include "proxy/http/media_type.h"

namespace banto::api {
namespace {

constexpr int kStatusOk = 200;
constexpr int kStatusFirstError = 400;

std::unique_ptr<StreamReader> MakeStreamReader(const RequestExpectations& expectations) {
  switch (expectations.operation) {
    case Operation::kChat:
    case Operation::kCompletions:
      return MakeOpenAiStreamReader(expectations);
    case Operation::kOllamaChat:
    case Operation::kOllamaGenerate:
      return MakeOllamaStreamReader(expectations);
    default:
      return MakeEventStreamReader(expectations.operation);
  }
}

// application/json, with or without parameters; no type at all is taken for it.
bool SaysJson(std::string_view content_type) {
  const http::MediaType type = http::ReadMediaType(content_type);
  return type == http::MediaType::kNone || type == http::MediaType::kJson;
}

Completeness CheckBody(const RequestExpectations& expectations, std::string_view body,
                       FrameVerdict* spans, Usage* usage) {
  switch (expectations.operation) {
    case Operation::kChat:
    case Operation::kCompletions:
      return CheckOpenAiWhole(expectations, body, spans, usage);
    case Operation::kEmbeddings:
      return CheckEmbeddings(expectations.choices, body, usage);
    case Operation::kOllamaEmbed:
      return CheckOllamaEmbeddings(expectations.choices, body, usage);
    case Operation::kOllamaChat:
    case Operation::kOllamaGenerate:
      return CheckOllamaWhole(expectations.limit_set, body, usage);
    default:
      return CheckOtherWhole(body, usage);
  }
}

}  // namespace

AnswerReader::AnswerReader(const RequestExpectations& expectations) : expectations_(expectations) {}

AnswerReader::~AnswerReader() = default;

FrameVerdict AnswerReader::OnFrame(const http::Frame& frame) {
  if (frame.data.empty()) {
    FrameVerdict comment;
    comment.kind = FrameKind::kComment;
    return comment;
  }
  if (stream_ == nullptr) stream_ = MakeStreamReader(expectations_);
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
  if (expectations_.operation == Operation::kPlain) return Completeness::kComplete;
  if (!SaysJson(content_type)) return Completeness::kNotCacheable;
  return CheckBody(expectations_, body, spans, &usage_);
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
