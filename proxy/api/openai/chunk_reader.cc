// Chat and completion streams of the OpenAI API.
#include "proxy/api/last_token.h"
#include "proxy/api/openai/openai.h"
#include "proxy/api/openai/openai_object.h"
#include "proxy/api/stream_error.h"
#include "proxy/api/stream_reader.h"
#include "proxy/api/usage_reader.h"

namespace banto::api::openai {
namespace {

class ChunkReader : public StreamReader {
 public:
  ChunkReader(const RequestExpectations& expectations, bool by_template)
      : expectations_(expectations), choices_(expectations.choices), by_template_(by_template) {}

  FrameVerdict OnFrame(const http::Frame& frame, Usage* usage) override;
  Completeness Finish() const override;
  bool failed() const override { return failed_; }
  bool finished() const override { return choices_.none_open(); }

 private:
  void Fail(int status, FrameVerdict* verdict) {
    failed_ = true;
    verdict->kind = FrameKind::kError;
    verdict->error_status = status;
  }
  void Parse(const http::Frame& frame, Usage* usage, FrameVerdict* verdict);
  void TakeUsage(const OpenAiObject& chunk, Usage* usage);

  LastToken last_token_;  // with the vtable all that a usual token touches
  RequestExpectations expectations_;
  ChoiceTable choices_;
  bool by_template_;
  bool failed_ = false;
  bool done_ = false;
  bool usage_seen_ = false;
  bool malformed_ = false;
};

FrameVerdict ChunkReader::OnFrame(const http::Frame& frame, Usage* usage) {
  FrameVerdict verdict;
  if (!last_token_.Matches(frame.bytes, &verdict)) {
    last_token_.Forget();
    Parse(frame, usage, &verdict);
  }
  return verdict;
}

void ChunkReader::Parse(const http::Frame& frame, Usage* usage, FrameVerdict* verdict) {
  if (IsDone(frame.data)) {
    done_ = true;
    verdict->kind = FrameKind::kTerminal;
    return;
  }
  const OpenAiObject chunk = ReadOpenAiObject(frame.data, &choices_);
  if (frame.event == "error" || chunk.is_error) {
    return Fail(ErrorStatus(frame.data), verdict);
  }
  if (!chunk.is_json) return Fail(kStatusNotJson, verdict);
  // A chunk after [DONE], text that is no text, an object of another API.
  malformed_ = malformed_ || done_ || !chunk.utf8_ok || (!chunk.has_choices && chunk.usage.empty());
  LocateIdentity(chunk, frame.bytes, verdict);
  if (!chunk.usage.empty()) TakeUsage(chunk, usage);
  if (chunk.generated) {
    verdict->kind = FrameKind::kToken;
  } else if (chunk.finished || (chunk.no_choices && !chunk.usage.empty())) {
    verdict->kind = FrameKind::kFinish;
    verdict->only_usage = !chunk.finished;
  } else {
    verdict->kind = FrameKind::kAdmission;
  }
  // A second such frame changes nothing: what it has to say of choices, usage and malformed text
  // has been noted and stays so. A finish and a call's arguments do change something.
  if (by_template_ && chunk.generated && chunk.utf8_ok && !chunk.finished && !chunk.called) {
    last_token_.Learn(frame.bytes, *verdict, chunk.text, {});
  }
}

void ChunkReader::TakeUsage(const OpenAiObject& chunk, Usage* usage) {
  Usage found;
  ReadUsage(chunk.usage, &found);
  // The usage chunk has no choices; llama.cpp's completions have theirs on the last choice. Where a
  // choice is beside it, zeros are no usage (Ollama 0.6.8 puts them on every chunk), and others
  // before the last are so far (vLLM's continuous_usage_stats).
  if (!chunk.no_choices && !CountsSomething(found)) return;
  usage_seen_ = usage_seen_ || chunk.no_choices || chunk.finished;
  *usage = found;
}

Completeness ChunkReader::Finish() const {
  if (failed_) return Completeness::kUpstreamError;
  if (!done_ || !choices_.all_finished()) return Completeness::kIncompleteStream;
  if (expectations_.usage_requested && !usage_seen_) return Completeness::kIncompleteStream;
  if (malformed_) return Completeness::kMalformed;
  return choices_.Judge(expectations_.limit_set);
}

}  // namespace

std::unique_ptr<StreamReader> ReadChunks(const RequestExpectations& expectations,
                                         bool by_template) {
  return std::make_unique<ChunkReader>(expectations, by_template);
}

}  // namespace banto::api::openai
