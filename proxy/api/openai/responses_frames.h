// The events of an answer that grows item by item, each a frame. Allocation-free per delta. One an
// answer; not thread-safe.
#ifndef BANTO_PROXY_API_OPENAI_RESPONSES_FRAMES_H_
#define BANTO_PROXY_API_OPENAI_RESPONSES_FRAMES_H_

#include <string_view>

#include "proxy/api/codec.h"
#include "proxy/api/openai/responses_events.h"
#include "proxy/api/openai/responses_items.h"
#include "proxy/api/openai/responses_object.h"

namespace banto::api::openai {

class ResponseFrames {
 public:
  ResponseFrames(const AnswerContext& context, FrameOutput* out)
      : object_(context), out_(out), events_(out) {}

  void Lifecycle(std::string_view type, const ResponseState& state, FrameKind kind);
  void ItemAdded(OutputItem* item);
  void PartAdded(const TextWords& words, OutputItem* item);
  // The text is added to the item's.
  void Delta(const AnswerEvent& event, OutputItem* item);
  // The part becomes one of the item's content.
  void PartDone(OutputItem* item);
  void ArgumentsDone(const OutputItem& item);
  void ItemDone(const OutputItem& item);

  const ResponseObject& object() const { return object_; }
  int64_t next_sequence() const { return events_.next_sequence(); }

 private:
  const ResponseObject object_;
  FrameOutput* const out_;
  NumberedEvents events_;
};

}  // namespace banto::api::openai

#endif  // BANTO_PROXY_API_OPENAI_RESPONSES_FRAMES_H_
