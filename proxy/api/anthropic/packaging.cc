#include "proxy/api/anthropic/packaging.h"

#include <cstddef>
#include <vector>

#include "proxy/api/json_each.h"
#include "proxy/api/json_members.h"
#include "proxy/api/merged_json.h"
#include "proxy/api/merged_stream.h"
#include "proxy/api/stream_reader.h"
#include "proxy/json/json_cursor.h"

namespace banto::api::anthropic {
namespace {

using Named = MergeRules::Named;

// Counts are of the answer so far; a later event corrects an earlier one.
constexpr MergeRules kUsage = {Merge::kLast, Merge::kLast, Merge::kJoin};
constexpr Named kInMessage[] = {{"usage", Merge::kJoin, &kUsage}};
constexpr MergeRules kMessage = {Merge::kLast, Merge::kLast, Merge::kLast, kInMessage};
constexpr Named kInBlock[] = {
    {"text", Merge::kJoin}, {"thinking", Merge::kJoin}, {"citations", Merge::kJoin}};
constexpr MergeRules kBlock = {Merge::kLast, Merge::kLast, Merge::kLast, kInBlock};
constexpr Named kInDelta[] = {{"type", Merge::kDrop},
                              {"text", Merge::kJoin},
                              {"thinking", Merge::kJoin},
                              {"citations", Merge::kJoin}};
constexpr MergeRules kDelta = {Merge::kLast, Merge::kLast, Merge::kLast, kInDelta};

constexpr size_t kBlocksMax = 4096;

struct Event {
  std::string_view type;  // between its quotes
  RawJson message, block, delta, usage;
  int64_t index = -1;
};

bool ReadEvent(RawJson data, Event* event) {
  return EachMember(data, [event](std::string_view key, RawJson value) {
    if (key == "type") event->type = json::Unquoted(value);
    if (key == "message") event->message = value;
    if (key == "content_block") event->block = value;
    if (key == "delta") event->delta = value;
    if (key == "usage") event->usage = value;
    if (key == "index") event->index = json::IntegerOr(value, -1);
  });
}

std::string Written(const MergedJson& value) {
  std::string written;
  value.AppendTo(&written);
  return written;
}

// A message, event by event.
class Sum {
 public:
  explicit Sum(TextStore* store) : store_(store) {}
  // False: this event says what no message can.
  bool Add(std::string_view data, MergedJson::Trace* trace);
  std::optional<std::string> Whole() const;

 private:
  struct Block {
    MergedJson json;
    MergedJson input;  // what is said of it: JSON inside a text
  };
  bool AddDelta(const Event& event);
  bool AddTo(Block* block, RawJson delta, MergedJson::Trace* trace);
  bool AppendBlock(const Block& block, std::string* out) const;
  bool AppendMessage(std::string* out) const;

  TextStore* const store_;
  MergedJson message_;
  std::vector<Block> blocks_;
  bool over_ = false;
};

// Only deltas, of which there are many, are traced.
bool Sum::Add(std::string_view data, MergedJson::Trace* trace) {
  if (IsDone(data)) return true;
  Event event;
  if (!ReadEvent(data, &event)) return false;
  if (event.type == "message_start") return message_.AddObject(event.message, kMessage);
  if (event.type == "content_block_start") {
    if (event.index != static_cast<int64_t>(blocks_.size()) || blocks_.size() >= kBlocksMax)
      return false;
    return blocks_.emplace_back().json.AddObject(event.block, kBlock);
  }
  if (event.type == "content_block_delta") {
    const bool known = event.index >= 0 && event.index < static_cast<int64_t>(blocks_.size());
    return known && AddTo(&blocks_[static_cast<size_t>(event.index)], event.delta, trace);
  }
  if (event.type == "message_delta") return AddDelta(event);
  over_ = over_ || event.type == "message_stop";
  return event.type == "content_block_stop" || event.type == "ping" || event.type == "message_stop";
}

bool Sum::AddDelta(const Event& event) {
  if (!event.delta.empty() && !message_.AddObject(event.delta, kMessage)) return false;
  if (event.usage.empty()) return true;
  return message_.AddObject(store_->Keep(R"({"usage":)" + std::string(event.usage) + "}"),
                            kMessage);
}

bool Sum::AddTo(Block* block, RawJson delta, MergedJson::Trace* trace) {
  std::string_view type;
  RawJson input, citation;
  EachMember(delta, [&](std::string_view key, RawJson value) {
    if (key == "type") type = json::Unquoted(value);
    if (key == "partial_json") input = value;
    if (key == "citation") citation = value;
  });
  if (type == "input_json_delta") {
    if (TextOf(input) && block->input.AddText(input, Merge::kJoin))
      trace->Did(&block->input, Merge::kJoin, input);
    return true;
  }
  if (type == "citations_delta") {
    return block->json.AddObject(store_->Keep(R"({"citations":[)" + std::string(citation) + "]}"),
                                 kDelta);
  }
  const bool known = type == "text_delta" || type == "thinking_delta" || type == "signature_delta";
  return known && block->json.AddObject(delta, kDelta, trace);
}

// A block of a tool that began without an input has one nevertheless (llama.cpp).
bool Sum::AppendBlock(const Block& block, std::string* out) const {
  const std::string said = Plain(json::Unquoted(Written(block.input)));
  const MergedJson* const type = block.json.Find("type");
  const bool is_tool = type != nullptr && Written(*type).ends_with("tool_use\"");
  const std::string_view input = said.empty() && is_tool ? "{}" : std::string_view(said);
  if (!input.empty() && !json::IsJson(input)) return false;
  const bool began = block.json.Find("input") != nullptr;
  JsonObject members(out);
  for (const MergedJson::Member& member : block.json.members()) {
    std::string* const value = members.Begin(member.key);
    if (member.key == "input" && !said.empty()) {
      AppendOneLine(input, value);
    } else {
      member.value.AppendTo(value);
    }
  }
  if (!began && !input.empty()) AppendOneLine(input, members.Begin("input"));
  return true;
}

bool Sum::AppendMessage(std::string* out) const {
  JsonObject members(out);
  for (const MergedJson::Member& member : message_.members()) {
    members.Begin(member.key);
    if (member.key != "content") {
      member.value.AppendTo(out);
      continue;
    }
    *out += '[';
    for (size_t i = 0; i < blocks_.size(); ++i) {
      if (i > 0) *out += ',';
      if (!AppendBlock(blocks_[i], out)) return false;
    }
    *out += ']';
  }
  return true;
}

std::optional<std::string> Sum::Whole() const {
  if (!over_ || message_.Find("content") == nullptr) return std::nullopt;
  std::string whole;
  if (!AppendMessage(&whole)) return std::nullopt;
  return whole;
}

std::optional<std::string> Whole(std::string_view frames) {
  TextStore store;
  Sum sum(&store);
  MergedStream stream(
      http::StreamFraming::kSse,
      [&sum](std::string_view data, MergedJson::Trace* trace) { return sum.Add(data, trace); });
  if (!stream.Add(frames, &store)) return std::nullopt;
  return sum.Whole();
}

}  // namespace

constinit const Packager kPackager = {Whole, TellInEvents, "true"};

}  // namespace banto::api::anthropic
