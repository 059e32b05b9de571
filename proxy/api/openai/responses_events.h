// The Responses API's events, each a frame, numbered as they come: what each of them says, whoever
// tells it. Allocation-free per delta. One an answer; not thread-safe.
#ifndef BANTO_PROXY_API_OPENAI_RESPONSES_EVENTS_H_
#define BANTO_PROXY_API_OPENAI_RESPONSES_EVENTS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "proxy/api/codec.h"
#include "proxy/api/json_text.h"
#include "proxy/api/openai/responses_items.h"

namespace banto::api::openai {

// Where a text is.
struct TextPlace {
  const TextWords& words;
  JsonText item_id;
  size_t output_index;
  int64_t part = 0;  // in its list
};

class NumberedEvents {
 public:
  explicit NumberedEvents(FrameOutput* out) : out_(out) {}

  // Begins an event whose members follow.
  std::string* Begin(std::string_view type);
  void End(FrameVerdict verdict);

  void ItemAdded(size_t output_index, RawJson item);
  void ItemDone(size_t output_index, RawJson item);
  void PartAdded(const TextPlace& place, RawJson part);
  void PartDone(const TextPlace& place, RawJson part);
  // What the deltas of a text have in common, all that stands before it.
  static void AppendDeltaStart(const TextPlace& place, std::string* out);
  // `logprobs`: of an output text, their elements.
  void Delta(std::string_view start, JsonText text, std::optional<RawJson> logprobs);
  void Annotation(const TextPlace& place, int64_t index, RawJson annotation);
  void TextDone(const TextPlace& place, JsonText text, RawJson logprobs);
  // The text of a call, `name` its function's.
  void ArgumentsDone(const TextPlace& place, JsonText name, JsonText arguments);

  int64_t next_sequence() const { return sequence_; }

 private:
  void Item(std::string_view type, size_t output_index, RawJson item, FrameKind kind);
  void Part(std::string_view suffix, const TextPlace& place, RawJson part, FrameKind kind);
  void End(FrameKind kind);

  FrameOutput* const out_;
  int64_t sequence_ = 0;
};

}  // namespace banto::api::openai

#endif  // BANTO_PROXY_API_OPENAI_RESPONSES_EVENTS_H_
