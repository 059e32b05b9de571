// Streams of Ollama's own API: one JSON object a line, the last one says done.
#include "proxy/api/last_token.h"
#include "proxy/api/ollama/ollama.h"
#include "proxy/api/ollama/ollama_line.h"
#include "proxy/api/stream_error.h"
#include "proxy/api/stream_reader.h"
#include "proxy/api/usage_reader.h"

namespace banto::api::ollama {
namespace {

class OllamaStream : public StreamReader {
 public:
  OllamaStream(bool limit_set, bool by_template)
      : limit_set_(limit_set), by_template_(by_template) {}

  FrameVerdict OnFrame(const http::Frame& frame, Usage* usage) override;
  Completeness Finish() const override;
  bool failed() const override { return failed_; }
  bool finished() const override { return done_; }

 private:
  void Parse(const http::Frame& frame, Usage* usage, FrameVerdict* verdict);

  bool limit_set_;
  bool by_template_;
  bool failed_ = false;
  bool done_ = false;
  bool generated_ = false;
  bool malformed_ = false;
  LastToken last_token_;
  Completeness last_ = Completeness::kIncompleteStream;  // what the done line said
};

FrameVerdict OllamaStream::OnFrame(const http::Frame& frame, Usage* usage) {
  FrameVerdict verdict;
  if (!last_token_.Matches(frame.bytes, &verdict)) {
    last_token_.Forget();
    Parse(frame, usage, &verdict);
  }
  return verdict;
}

void OllamaStream::Parse(const http::Frame& frame, Usage* usage, FrameVerdict* verdict) {
  const OllamaLine line = ReadOllamaLine(frame.data);
  if (line.is_error || !line.is_json) {
    failed_ = true;
    verdict->kind = FrameKind::kError;
    verdict->error_status = line.is_error ? ErrorStatus(frame.data) : kStatusNotJson;
    return;
  }
  malformed_ = malformed_ || done_ || !line.utf8_ok;
  generated_ = generated_ || line.generated;
  LocateDate(line, frame.bytes, verdict);
  verdict->kind = line.generated ? FrameKind::kToken : FrameKind::kAdmission;
  if (line.done) {
    done_ = true;
    verdict->kind = FrameKind::kFinish;
    ReadUsage(frame.data, usage);
    last_ = JudgeOllama(line, generated_, limit_set_);
  } else if (by_template_ && line.generated && line.utf8_ok) {
    // A second such line changes nothing: what it has to say has been noted and stays so.
    last_token_.Learn(frame.bytes, *verdict, line.text, line.created_at);
  }
}

Completeness OllamaStream::Finish() const {
  if (failed_) return Completeness::kUpstreamError;
  if (!done_) return Completeness::kIncompleteStream;
  return malformed_ ? Completeness::kMalformed : last_;
}

}  // namespace

std::unique_ptr<StreamReader> ReadLines(const RequestExpectations& expectations, bool by_template) {
  return std::make_unique<OllamaStream>(expectations.limit_set, by_template);
}

}  // namespace banto::api::ollama
