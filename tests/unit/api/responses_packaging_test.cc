// wire-compatibility.md §4.6: the event that ends a stream of the Responses API has the whole.
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "packaging_kit.h"
#include "proxy/api/openai/packaging.h"

namespace banto::api::openai {
namespace {

std::string ResponseOf(const std::string& output, const std::string& status = "completed") {
  return R"({"id":"resp_1","object":"response","created_at":7,"completed_at":8,"status":")" +
         status + R"(","error":null,"incomplete_details":null,"model":"m","output":[)" + output +
         R"(],"usage":{"input_tokens":5,"output_tokens":2},"mood":{"rank":1.50}})";
}

std::string TypeOnly(const std::string& type, const std::string& members) {
  return R"({"type":")" + type + "\"," + members + "}";
}

std::string Ended(const std::string& output, const std::string& type = "response.completed",
                  const std::string& status = "completed") {
  return TypeOnly(type, R"("response":)" + ResponseOf(output, status));
}

std::string MessageSaying(const std::string& text, const std::string& id = "msg_1") {
  return R"({"id":")" + id +
         R"(","type":"message","status":"completed","role":"assistant","content":[)"
         R"({"type":"output_text","text":")" +
         text + R"(","annotations":[]}]})";
}

std::string CallOf(const std::string& arguments, const std::string& call_id = "call_1") {
  return R"({"id":"fc_1","type":"function_call","status":"completed","call_id":")" + call_id +
         R"(","name":"f","arguments":")" + arguments + "\"}";
}

const std::string kCreated =
    R"({"type":"response.created","response":{"id":"resp_1","status":"in_progress"}})";
const std::string kAdded =
    R"({"type":"response.output_item.added","output_index":0,"item":{"id":"msg_1","type":"message","content":[]}})";
const std::string kCallAdded =
    R"({"type":"response.output_item.added","output_index":0,"item":{"id":"fc_1","type":"function_call","call_id":"call_1","name":"f","arguments":""}})";

std::string Delta(const std::string& text, const std::string& of = "response.output_text") {
  return TypeOnly(
      of + ".delta",
      R"("item_id":"msg_1","output_index":0,"content_index":0,"delta":")" + text + "\"");
}

std::string ItemDone(const std::string& item) {
  return TypeOnly("response.output_item.done", R"("output_index":0,"item":)" + item);
}

bool Becomes(const std::vector<std::string>& events, const std::string& output) {
  return Told(kResponsesPackager.whole(Events(events))) == ResponseOf(output);
}

bool Refused(const std::vector<std::string>& events) {
  return !kResponsesPackager.whole(Events(events));
}

TEST(ResponsesPackagingWhole, TheLastEventHasItAsItIsSpelt) {
  const std::string said = MessageSaying("hi there");
  EXPECT_TRUE(
      Becomes({kCreated, kAdded, Delta("hi"), Delta(" there"), ItemDone(said), Ended(said)}, said));
  EXPECT_TRUE(Becomes(
      {
          kCreated,
          kAdded,
          Delta("hi there"),
          Ended(said),
      },
      said));
  EXPECT_TRUE(Becomes({Ended(said)}, said)) << "who streams nothing else has told nothing else";
}

TEST(ResponsesPackagingWhole, EscapesMayDiffer) {
  const std::string said = MessageSaying("caf\\u00e9 \\ud83d\\ude00");
  EXPECT_TRUE(Becomes({kCreated, kAdded, Delta("caf\xC3\xA9 \\ud83d"), Delta("\\ude00"),
                       ItemDone(said), Ended(said)},
                      said));
}

TEST(ResponsesPackagingWhole, UnknownEventsSayNothingAgainstIt) {
  const std::string said = MessageSaying("hi");
  EXPECT_TRUE(Becomes({kCreated, TypeOnly("response.novelty.delta", R"("delta":"x")"), kAdded,
                       Delta("hi"), Ended(said)},
                      said));
}

// As llama.cpp: neither indices nor the last deltas.
TEST(ResponsesPackagingWhole, ATextThatIsEndedMayExceedItsDeltas) {
  const std::string said = MessageSaying("hi there");
  const std::string bare_delta =
      R"({"type":"response.output_text.delta","item_id":"msg_1","delta":"hi"})";
  EXPECT_TRUE(Becomes({kCreated, kAdded, Delta("hi"), ItemDone(said), Ended(said)}, said));
  EXPECT_TRUE(Becomes(
      {kCreated, R"({"type":"response.output_item.added","item":{"id":"msg_1","type":"message"}})",
       bare_delta, TypeOnly("response.output_item.done", "\"item\":" + said), Ended(said)},
      said));
  EXPECT_TRUE(Becomes(
      {kCreated, TypeOnly("response.output_item.done", "\"item\":" + said), Ended(said)}, said));
  EXPECT_TRUE(Refused({kCreated, kAdded, Delta("hi"), Ended(said)})) << "its end was not told";
}

TEST(ResponsesPackagingWhole, WhatALimitCutIsOneToo) {
  const std::string cut = ResponseOf(MessageSaying("hi"), "incomplete");
  EXPECT_EQ(Told(kResponsesPackager.whole(
                Events({kCreated, kAdded, Delta("hi"),
                        Ended(MessageSaying("hi"), "response.incomplete", "incomplete")}))),
            cut);
  EXPECT_EQ(Told(kResponsesPackager.whole(
                Events({kCreated, kAdded, Delta("hi"),
                        Ended(MessageSaying("hi"), "response.completed", "incomplete")}))),
            cut)
      << "as vLLM says it";
}

TEST(ResponsesPackagingWhole, AnEndThatContradictsTheStreamIsNone) {
  const std::string hi = MessageSaying("hi"), call = CallOf("{}");
  const std::string arguments = "response.function_call_arguments";
  EXPECT_TRUE(Refused({kCreated, kAdded, Delta("ho"), ItemDone(hi), Ended(hi)}));
  EXPECT_TRUE(Refused({kCreated, kAdded, Delta("hi there"), ItemDone(hi), Ended(hi)}))
      << "taken back";
  EXPECT_TRUE(Refused({kCreated, kAdded, Delta("hi"), ItemDone(MessageSaying("ho")), Ended(hi)}));
  EXPECT_TRUE(Refused({kCreated, kAdded, Delta("hi"),
                       TypeOnly("response.output_text.done", R"("output_index":0,"text":"hi!")"),
                       Ended(hi)}));
  EXPECT_TRUE(Refused({kCreated, kAdded, Delta("hi"), ItemDone(hi), Ended("")}))
      << "an item is missing";
  EXPECT_TRUE(Refused({kCreated, kAdded, Delta("hi"), ItemDone(hi), Ended(hi + "," + call)}))
      << "one was never told";
  EXPECT_TRUE(Refused({kCreated, kAdded, Delta("hi"), Ended(call)}));
  EXPECT_TRUE(
      Becomes({kCreated, kCallAdded, Delta("{}", arguments), ItemDone(call), Ended(call)}, call));
  EXPECT_TRUE(
      Refused({kCreated, kCallAdded, Delta("{", arguments), ItemDone(call), Ended(CallOf("[]"))}));
  EXPECT_TRUE(
      Refused({kCreated, kCallAdded, Delta("{}", arguments), Ended(CallOf("{}", "call_2"))}));
  EXPECT_TRUE(Refused({kCreated, kAdded, kAdded, Delta("hi"), Ended(hi)})) << "two at one place";
  EXPECT_TRUE(Refused({kCreated, Delta("hi"), kAdded, Ended(hi)})) << "a text of nothing";
  EXPECT_TRUE(Refused({kCreated, kAdded, ItemDone(hi), Delta("hi"), Ended(hi)}));
  EXPECT_TRUE(Refused({R"({"type":"response.created","response":{"id":"resp_2"}})", kAdded,
                       Delta("hi"), Ended(hi)}))
      << "of another response";
  EXPECT_TRUE(Refused({kCreated, Ended(hi, "response.incomplete", "completed")}));
}

TEST(ResponsesPackagingWhole, WhatDidNotEndWellIsNone) {
  const std::string hi = MessageSaying("hi");
  EXPECT_TRUE(Refused({kCreated, kAdded, Delta("hi"), ItemDone(hi)}));
  EXPECT_TRUE(Refused({}));
  for (const char* const status : {"failed", "cancelled", "queued", "in_progress", ""})
    EXPECT_TRUE(Refused({kCreated, Ended(hi, "response.completed", status)})) << status;
  EXPECT_TRUE(Refused(
      {kCreated, TypeOnly("response.failed", R"("response":)" + ResponseOf("", "failed"))}));
  EXPECT_TRUE(Refused({kCreated, TypeOnly("error", R"("message":"no memory")"), Ended(hi)}));
  EXPECT_TRUE(Refused({kCreated, R"({"error":{"message":"no memory"}})", Ended(hi)}));
  EXPECT_TRUE(Refused({kCreated, Ended(hi), Delta("x")})) << "something follows";
  EXPECT_FALSE(kResponsesPackager.whole(Events({kCreated, Ended(hi)}).substr(0, 200)));
  EXPECT_FALSE(kResponsesPackager.whole("event: response.failed\ndata: " + Ended(hi) + "\n\n"));
  EXPECT_TRUE(kResponsesPackager.whole(Events({kCreated, Ended(hi)}) + "data: [DONE]\n\n"));
  EXPECT_TRUE(Refused({kCreated, Ended(MessageSaying("\xFF"))}));
}

TEST(ResponsesPackagingStream, EachItemBeginsEmpty) {
  const std::string begun =
      R"({"id":"resp_1","object":"response","created_at":7,"completed_at":null,"status":"in_progress","error":null,"incomplete_details":null,"model":"m","output":[],"usage":null,"mood":{"rank":1.50}})";
  const std::string item =
      R"({"id":"msg_1","type":"message","status":"completed","role":"assistant","content":[{"type":"output_text","text":"hi","annotations":[{"n":1}],"logprobs":[{"token":"hi"}],"x":1}],"phase":null})";
  EXPECT_EQ(
      Told(kResponsesPackager.stream(ResponseOf(item))),
      Events(
          {R"({"type":"response.created","response":)" + begun + R"(,"sequence_number":0})",
           R"({"type":"response.in_progress","response":)" + begun + R"(,"sequence_number":1})",
           R"({"type":"response.output_item.added","output_index":0,"item":{"id":"msg_1","type":"message","status":"in_progress","role":"assistant","content":[],"phase":null},"sequence_number":2})",
           R"({"type":"response.content_part.added","item_id":"msg_1","output_index":0,"content_index":0,"part":{"type":"output_text","text":"","annotations":[],"logprobs":[],"x":1},"sequence_number":3})",
           R"({"type":"response.output_text.delta","item_id":"msg_1","output_index":0,"content_index":0,"delta":"hi","logprobs":[{"token":"hi"}],"sequence_number":4})",
           R"({"type":"response.output_text.annotation.added","item_id":"msg_1","output_index":0,"content_index":0,"annotation_index":0,"annotation":{"n":1},"sequence_number":5})",
           R"({"type":"response.output_text.done","item_id":"msg_1","output_index":0,"content_index":0,"text":"hi","logprobs":[{"token":"hi"}],"sequence_number":6})",
           R"({"type":"response.content_part.done","item_id":"msg_1","output_index":0,"content_index":0,"part":{"type":"output_text","text":"hi","annotations":[{"n":1}],"logprobs":[{"token":"hi"}],"x":1},"sequence_number":7})",
           R"({"type":"response.output_item.done","output_index":0,"item":)" + item +
               R"(,"sequence_number":8})",
           R"({"type":"response.completed","response":)" + ResponseOf(item) +
               R"(,"sequence_number":9})"}));
}

std::vector<std::string> TypesOf(std::string_view frames) {
  std::vector<std::string> types;
  for (size_t at = 0; (at = frames.find("event: response.", at)) != frames.npos;) {
    at += 16;
    types.emplace_back(frames.substr(at, frames.find('\n', at) - at));
  }
  return types;
}

TEST(ResponsesPackagingStream, EveryKindOfItemIsToldInItsOwnEvents) {
  using Types = std::vector<std::string>;
  const auto types = [](const std::string& item) {
    Types told = TypesOf(Told(kResponsesPackager.stream(ResponseOf(item))));
    EXPECT_EQ(Told(kResponsesPackager.whole(Told(kResponsesPackager.stream(ResponseOf(item))))),
              ResponseOf(item));
    EXPECT_EQ(told.back(), "completed");
    return Types(told.begin() + 2, told.end() - 1);
  };
  EXPECT_EQ(
      types(
          R"({"id":"rs_1","type":"reasoning","summary":[{"type":"summary_text","text":"s"}],"content":[{"type":"reasoning_text","text":"r"}],"encrypted_content":"x"})"),
      (Types{"output_item.added", "reasoning_summary_part.added", "reasoning_summary_text.delta",
             "reasoning_summary_text.done", "reasoning_summary_part.done", "content_part.added",
             "reasoning_text.delta", "reasoning_text.done", "content_part.done",
             "output_item.done"}));
  EXPECT_EQ(types(CallOf(R"({\"a\":1})")),
            (Types{"output_item.added", "function_call_arguments.delta",
                   "function_call_arguments.done", "output_item.done"}));
  EXPECT_EQ(types(R"({"type":"custom_tool_call","call_id":"c","name":"sql","input":"select 1"})"),
            (Types{"output_item.added", "custom_tool_call_input.delta",
                   "custom_tool_call_input.done", "output_item.done"}));
  EXPECT_EQ(
      types(R"({"id":"msg_1","type":"message","content":[{"type":"refusal","refusal":"no"}]})"),
      (Types{"output_item.added", "content_part.added", "refusal.delta", "refusal.done",
             "content_part.done", "output_item.done"}));
  EXPECT_EQ(
      types(R"({"id":"msg_1","type":"message","content":[{"type":"novelty","text":"x"}]})"),
      (Types{"output_item.added", "content_part.added", "content_part.done", "output_item.done"}));
  EXPECT_EQ(
      types(
          R"({"id":"ws_1","type":"web_search_call","status":"completed","content":[1],"text":"x"})"),
      (Types{"output_item.added", "output_item.done"}));
}

TEST(ResponsesPackagingStream, AnUnknownItemIsToldAsItIs) {
  const std::string item =
      R"({"id":"x_1","type":"novelty","status":"completed","content":[{"type":"output_text","text":"x"}]})";
  const std::string told = Told(kResponsesPackager.stream(ResponseOf(item)));
  EXPECT_NE(told.find(R"(output_item.added","output_index":0,"item":)" + item), told.npos);
  EXPECT_NE(told.find(R"(output_item.done","output_index":0,"item":)" + item), told.npos);
}

TEST(ResponsesPackagingStream, ItsLinesArePlainWhateverTheWholeLooksLike) {
  const std::string pretty =
      "{\r\n  \"id\": \"resp_1\",\n  \"status\": \"completed\",\n  \"output\": [\n    " +
      MessageSaying("a\\nb") + "\n  ]\n}\n";
  const std::string told = Told(kResponsesPackager.stream(pretty));
  EXPECT_EQ(Meaning(Told(kResponsesPackager.whole(told))), Meaning(pretty));
}

TEST(ResponsesPackagingStream, WhatALimitCutEndsAsSuch) {
  const std::string cut = ResponseOf(MessageSaying("hi"), "incomplete");
  const std::string told = Told(kResponsesPackager.stream(cut));
  EXPECT_EQ(TypesOf(told).back(), "incomplete");
  EXPECT_EQ(Told(kResponsesPackager.whole(told)), cut);
}

TEST(ResponsesPackagingStream, WhatIsNoWholeIsNotTold) {
  const auto told = [](const std::string& whole) {
    return kResponsesPackager.stream(whole).has_value();
  };
  EXPECT_TRUE(told(ResponseOf("")));
  for (const char* const status : {"failed", "cancelled", "queued", "in_progress", ""})
    EXPECT_FALSE(told(ResponseOf("", status))) << status;
  EXPECT_FALSE(told(R"({"status":"completed","output":null})"));
  EXPECT_FALSE(told(R"({"status":"completed","output":[],"error":{"message":"x"}})"));
  EXPECT_FALSE(told(R"({"status":"completed","output":[1]})"));
  EXPECT_FALSE(told(R"({"status":"completed","output":[{"id":"1"}]})"));
  EXPECT_FALSE(told(R"({"status":"completed","output":[{"type":"message","content":[1]}]})"));
  EXPECT_FALSE(told(R"({"status":"completed","output":[{"type":"message","content":{}}]})"));
  EXPECT_FALSE(told(ResponseOf(MessageSaying("a") + "," + MessageSaying("b")))) << "two of one id";
  EXPECT_TRUE(told(ResponseOf(MessageSaying("a") + "," + MessageSaying("b", "msg_2"))));
  EXPECT_FALSE(told("{"));
}

}  // namespace
}  // namespace banto::api::openai
