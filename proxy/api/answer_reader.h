// Reads one answer of a worker by its API's rules: does it admit the request, is it an error in
// disguise, is it complete (wire-compatibility.md §4.6: `[DONE]` proves nothing), how many tokens,
// where are the id and the time that a replay must renew. One object per Attempt; loop thread only;
// allocation-free per frame.
#ifndef BANTO_PROXY_API_ANSWER_READER_H_
#define BANTO_PROXY_API_ANSWER_READER_H_

#include <cstdint>
#include <memory>
#include <string_view>

#include "proxy/api/operation.h"
#include "proxy/http/event_stream.h"

namespace banto::api {

// What one frame is.
enum class FrameKind : uint8_t {
  kComment,    // keep-alive; never admits, never recorded
  kAdmission,  // role-only or empty delta: the worker took the request, but no token yet
  kToken,      // carries generated content
  kFinish,     // finish_reason, usage or Ollama's done line
  kTerminal,   // [DONE], message_stop
  kError,      // the API's error event or line, or a frame that is not JSON
};

struct FrameVerdict {
  FrameKind kind = FrameKind::kToken;
  // kFinish: it tells usage and nothing else, so only clients who asked for that get it.
  bool only_usage = false;
  bool created_is_date = false;  // RFC 3339 instead of Unix seconds
  // Spans inside Frame::bytes of the answer's id string (inside its quotes) and of its time, a
  // number or (inside its quotes) a date; size 0: none.
  uint32_t id_at = 0, id_size = 0, created_at = 0, created_size = 0;
  uint32_t again_at = 0;  // where a second time of that size stands (Responses); 0: nowhere
  int error_status =
      0;  // kError: what it would have been as a status (503 for an overload, 500 when unknown)
};

// Where a view into `bytes` lies in it, for a verdict's spans; false when it is empty or lies
// elsewhere.
bool Locate(std::string_view part, std::string_view bytes, uint32_t* at, uint32_t* size);

// Why an answer may not be stored; kComplete is the only good one. Names are printed in logs and
// metrics.
enum class Completeness : uint8_t {
  kComplete,
  kIncompleteStream,   // no terminal, or a choice without finish_reason, or the transport was cut
  kUpstreamError,      // status, error body, error event
  kFinishReasonError,  // abort, error, content_filter, null
  kLengthLimit,        // finish_reason length although the request set no limit of its own
  kEmptyAnswer,        // nothing generated
  kMalformed,          // not the JSON that the API promises, or tool arguments that do not parse
  kNotCacheable,       // an operation or content type that is not read
};
const char* CompletenessName(Completeness c);

struct Usage {
  int64_t input_tokens = -1, output_tokens = -1;  // -1: the answer did not say
  int64_t cached_tokens = -1;                     // of the input, which the engine had cached
};

// What the reader needs to know of the request.
struct RequestExpectations {
  const OperationInfo* operation = &kPlainOperation;
  int choices = 1;               // n × prompts; embeddings: number of inputs (0: unknown)
  bool limit_set = false;        // the request set max_tokens (or its kin) itself
  bool usage_requested = false;  // stream_options.include_usage
};

// application/json, with or without parameters; no type at all is taken for it.
bool SaysJson(std::string_view content_type);

class StreamReader;

class AnswerReader {
 public:
  explicit AnswerReader(const RequestExpectations& expectations);
  ~AnswerReader();

  // A streamed answer, frame by frame.
  FrameVerdict OnFrame(const http::Frame& frame);
  // After the last frame. `transport_clean`: the body ended as its framing promised.
  Completeness FinishStream(bool transport_clean) const;
  // Whether every choice that appeared has ended; without it a stream's end is a cut, whatever its
  // [DONE] says.
  bool finished() const;
  int64_t next_sequence() const;  // of the next event, where the API (Responses) counts them

  // A whole answer. Fills id/created spans (offsets in `body`) when asked.
  Completeness CheckWhole(int status, std::string_view content_type, std::string_view body,
                          FrameVerdict* spans);

  const Usage& usage() const { return usage_; }

 private:
  std::unique_ptr<StreamReader> stream_;  // made by the first frame
  Usage usage_;
  RequestExpectations expectations_;
};

}  // namespace banto::api

#endif  // BANTO_PROXY_API_ANSWER_READER_H_
