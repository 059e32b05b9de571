// Between the wire form of one operation of an API and the neutral form. Each API's folder has its
// codecs (OperationInfo::codec); translating from one API to another is reading with one and
// writing with the other, never a converter for the pair. Pure; any thread. A codec is used only
// where worker and client do not speak the same language.
#ifndef BANTO_PROXY_API_CODEC_H_
#define BANTO_PROXY_API_CODEC_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "proxy/api/answer_reader.h"
#include "proxy/api/neutral_answer.h"
#include "proxy/api/neutral_request.h"
#include "proxy/http/event_stream.h"

namespace banto::api {

// Why a request cannot be translated without changing what it asks, for a 400: one sentence that
// names the member.
using CannotCarry = std::optional<std::string>;

// … of one whose end could not be read.
inline constexpr const char* kTooDeep = "The request is nested too deeply to be translated.";

// For whom a request is written.
struct WorkerForm {
  Engines engines = 0;           // what kind of worker it is
  std::string_view model;        // as it is to be named there (characters, not JSON)
  bool takes_usage_wish = true;  // a stream is asked for its usage, where the API knows that
};

struct WrittenRequest {
  std::string body;
  CannotCarry refused;               // then the body is empty
  std::vector<std::string> dropped;  // what was asked and this API cannot say, by the client's
                                     // names; the reader's own are not among them
};

// Reads a worker's stream.
class EventReader {
 public:
  virtual ~EventReader() = default;
  // `frame` is no comment, no error and no sentinel: the API's StreamReader has looked at it.
  virtual void OnFrame(const http::Frame& frame, AnswerSink* sink) = 0;
};

// Frames that an AnswerWriter has made, until they are sent.
class FrameOutput {
 public:
  struct Written {
    size_t begin, end;     // in bytes()
    FrameVerdict verdict;  // spans count from `begin`
  };
  // The frame that is being written.
  std::string* text() { return &bytes_; }
  // Ends it.
  void End(const FrameVerdict& verdict) {
    frames_.push_back({begin_, bytes_.size(), verdict});
    begin_ = bytes_.size();
  }
  void End(FrameKind kind) {
    FrameVerdict verdict;
    verdict.kind = kind;
    End(verdict);
  }
  size_t begin() const { return begin_; }
  std::string_view bytes() const { return bytes_; }
  const std::vector<Written>& frames() const { return frames_; }
  void Clear() {
    bytes_.clear();
    frames_.clear();
    begin_ = 0;
  }

 private:
  std::string bytes_;
  std::vector<Written> frames_;
  size_t begin_ = 0;
};

// Writes a stream to the client: complete frames, allocation-free per token once its memory has
// grown.
class AnswerWriter : public AnswerSink {
 public:
  virtual ~AnswerWriter() = default;
  // The worker's stream has ended well: what its API says at the end, the terminal last.
  virtual void End() = 0;
  // The number of the next event, where the API (Responses) counts them.
  virtual int64_t next_sequence() const { return 0; }
};

// What a writer knows of the question; outlives it.
struct AnswerContext {
  const NeutralRequest* request;
  std::string_view body;   // of the client's request, for APIs that repeat it
  std::string_view model;  // as the client named it (characters)
  std::string_view id;     // unique: letters and digits; each API puts its prefix before it
  int64_t created_s = 0;
};

struct Codec {
  // Client's side. `body` is one JSON object, valid UTF-8, no key twice; it outlives *request.
  CannotCarry (*read_request)(std::string_view body, NeutralRequest* request);
  std::unique_ptr<AnswerWriter> (*write_stream)(const AnswerContext& context, FrameOutput* out);
  std::string (*write_whole)(const AnswerContext& context, const NeutralAnswer& answer);

  // Worker's side.
  WrittenRequest (*write_request)(const NeutralRequest& request, const WorkerForm& worker);
  std::unique_ptr<EventReader> (*read_stream)();
  // False: not the JSON that the API promises.
  bool (*read_whole)(std::string_view body, AnswerSink* sink);
};

}  // namespace banto::api

#endif  // BANTO_PROXY_API_CODEC_H_
