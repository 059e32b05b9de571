// Whether a message is complete by its API's rules (wire-compatibility.md §4.6), streamed or whole:
// each block ended, a good reason to stop, inputs of tools that parse. Owned by one answer's
// reader; loop thread only; allocates only for tools.
#ifndef BANTO_PROXY_API_ANTHROPIC_MESSAGE_CHECK_H_
#define BANTO_PROXY_API_ANTHROPIC_MESSAGE_CHECK_H_

#include <cstdint>
#include <memory>
#include <string_view>

#include "proxy/api/answer_reader.h"
#include "proxy/api/json_text.h"
#include "proxy/api/stream_reader.h"
#include "proxy/api/tool_arguments.h"

namespace banto::api::anthropic {

class MessageCheck {
 public:
  // A block begins, with what it holds then; blocks are numbered in their order, and follow each
  // other.
  void OnBlock(int64_t index, RawJson block);
  // More of the block that is open: a raw string.
  void OnPiece(int64_t index, RawJson piece);
  void OnInputPiece(int64_t index, RawJson piece);
  void OnBlockEnd(int64_t index);
  void OnStopReason(RawJson reason);
  void OnMalformed() { malformed_ = true; }

  Completeness Judge(bool limit_set) const;

 private:
  enum class Stop : uint8_t { kNone, kGood, kLength, kOther };
  static constexpr int64_t kNoBlock = -1;

  int64_t blocks_ = 0;        // that began
  int64_t open_ = kNoBlock;   // the one that has not ended
  bool lacks_input_ = false;  // … a tool, which may begin without one (llama.cpp)
  bool generated_ = false;
  bool by_server_ = false;  // a tool that the server itself runs
  bool malformed_ = false;
  Stop stop_ = Stop::kNone;
  ToolArguments inputs_;
};

// A Dialect's check_whole, of messages and of their counts.
Completeness CheckMessage(const RequestExpectations& expectations, std::string_view body,
                          FrameVerdict* spans, Usage* usage);

// Reads a stream. `by_template`: a token like the one before is not parsed again (last_token.h).
std::unique_ptr<StreamReader> ReadPassing(const RequestExpectations& expectations,
                                          bool by_template);

}  // namespace banto::api::anthropic

#endif  // BANTO_PROXY_API_ANTHROPIC_MESSAGE_CHECK_H_
