// An answer of the Messages API, read and written, whole and streamed. Pure.
#ifndef BANTO_PROXY_API_ANTHROPIC_MESSAGE_ANSWER_H_
#define BANTO_PROXY_API_ANTHROPIC_MESSAGE_ANSWER_H_

#include <memory>
#include <string>
#include <string_view>

#include "proxy/api/codec.h"

namespace banto::api::anthropic {

std::unique_ptr<AnswerWriter> WriteStream(const AnswerContext& context, FrameOutput* out);
std::string WriteWhole(const AnswerContext& context, const NeutralAnswer& answer);
std::unique_ptr<EventReader> ReadStream();
bool ReadWhole(std::string_view body, AnswerSink* sink);

std::string WriteCount(const AnswerContext& context, const NeutralAnswer& answer);
bool ReadCount(std::string_view body, AnswerSink* sink);

// The words of both.

// What an answer holds, as far as its stop_reason depends on it.
struct Held {
  bool call = false;
  bool refusal = false;
};
std::string_view StopReasonOf(FinishReason reason, const Held& held);
FinishReason FinishReasonOf(std::string_view stop_reason);

// The counts as they are written: their input leaves out those tokens that a cache has to do with.
TokenCounts CountsOf(RawJson usage);
// The same with all of them in the input.
TokenCounts Together(const TokenCounts& counts);
// Appends an object. `input`: 0 stands for what is not known; else it is left out.
enum class Input : uint8_t { kAlways, kIfKnown };
void AppendUsage(const TokenCounts& counts, Input input, std::string* json);
void AppendId(std::string_view prefix, std::string_view id, std::string* json);

// The events of a content block that is given at once, but for a call's arguments: its `input` is
// returned. `*calls` counts the calls.
RawJson ReadBlock(RawJson block, int* calls, AnswerSink* sink);
// The arguments of a call whose object is given.
void ReadInput(RawJson input, int call, AnswerSink* sink);
// The end of a message; either may be empty.
void ReadFinish(RawJson stop_reason, RawJson stop_sequence, AnswerSink* sink);

}  // namespace banto::api::anthropic

#endif  // BANTO_PROXY_API_ANTHROPIC_MESSAGE_ANSWER_H_
