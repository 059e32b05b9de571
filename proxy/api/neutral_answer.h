// What a worker answers, in no API's words: as events while it streams, or as a whole. Each can be
// made of the other.
#ifndef BANTO_PROXY_API_NEUTRAL_ANSWER_H_
#define BANTO_PROXY_API_NEUTRAL_ANSWER_H_

#include <cstdint>
#include <string>
#include <vector>

#include "proxy/api/json_text.h"
#include "proxy/api/neutral_request.h"

namespace banto::api {

enum class FinishReason : uint8_t {
  kNone,  // not finished
  kStop,
  kStopSequence,  // … and the API says which
  kLength,
  kToolCalls,
  kContentFilter,  // withheld, or refused by a filter
  kPaused,         // the server wants to be asked again to go on (Anthropic's pause_turn)
  kOther,          // aborted, failed: no good end
};

// -1: the answer did not say.
struct TokenCounts {
  int64_t input = -1;  // of the whole prompt, cached ones too
  int64_t output = -1;
  int64_t cached = -1;         // of the input, read from a prefix cache
  int64_t cache_written = -1;  // of the input
  int64_t reasoning = -1;      // of the output
};

// One step of a streamed answer. Views are valid during the call.
struct AnswerEvent {
  enum class Kind : uint8_t {
    kText,             // text, logprobs
    kReasoning,        // text
    kSignature,        // text: of the reasoning that precedes it
    kSealedReasoning,  // text
    kRefusal,          // text
    kToolCall,         // a call begins: call, id, name
    kArguments,        // text: a further piece of the arguments of `call`
    kFinish,           // the choice has ended: reason, text = the stop sequence if known
    kUsage,            // usage: counts so far; later ones replace earlier ones member by member
    kEmbedding,        // row `choice`: text = the raw array of numbers, or a base64 text in quotes
  };
  Kind kind = Kind::kText;
  int choice = 0;
  int call = 0;  // of the choice: 0, 1, …
  JsonText text;
  JsonText id, name;
  // Elements of OpenAI's logprobs.content array that belong to the text, with commas between;
  // empty: none.
  RawJson logprobs;
  FinishReason reason = FinishReason::kNone;
  TokenCounts usage;
};

class AnswerSink {
 public:
  virtual void On(const AnswerEvent& event) = 0;

 protected:
  ~AnswerSink() = default;
};

// Takes over what `newer` says.
void Update(const TokenCounts& newer, TokenCounts* counts);

struct NeutralChoice {
  std::vector<Part> parts;  // in order: reasoning, text, calls …
  std::string logprobs;     // as in AnswerEvent
  FinishReason reason = FinishReason::kNone;
  JsonText stop_sequence;
};

// A whole answer. Views point into `store`. Neither copied nor moved.
struct NeutralAnswer {
  NeutralAnswer() = default;
  NeutralAnswer(const NeutralAnswer&) = delete;
  NeutralAnswer& operator=(const NeutralAnswer&) = delete;

  std::vector<NeutralChoice> choices;
  std::vector<RawJson> embeddings;
  TokenCounts usage;
  TextStore store;
};

// Makes a whole of events: pieces that follow each other in the same part are joined.
class AnswerBuilder final : public AnswerSink {
 public:
  explicit AnswerBuilder(NeutralAnswer* answer) : answer_(answer) {}
  void On(const AnswerEvent& event) override;
  // Closes the parts that are open; nothing follows.
  void Finish();

 private:
  struct OpenPart {
    AnswerEvent::Kind kind = AnswerEvent::Kind::kText;
    int call = 0;
    size_t part = 0;  // index in its choice's parts
    std::string text;
  };
  struct OpenChoice {
    std::vector<OpenPart> parts;
  };
  OpenPart* PartFor(const AnswerEvent& event);

  NeutralAnswer* answer_;
  std::vector<OpenChoice> open_;
};

// The events that a whole answer would have been, each part in one piece.
void Replay(const NeutralAnswer& answer, AnswerSink* sink);

}  // namespace banto::api

#endif  // BANTO_PROXY_API_NEUTRAL_ANSWER_H_
