#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>

#include "capture.h"
#include "openai_codec_kit.h"
#include "proxy/api/answer_reader.h"
#include "proxy/api/openai/codecs.h"
#include "proxy/api/openai/responses_codec.h"
#include "proxy/json/json_cursor.h"

namespace banto::api::openai {
namespace {

using Kind = AnswerEvent::Kind;
const Codec& kCodec = kResponsesCodec;
constexpr std::string_view kSse = "text/event-stream", kJson = "application/json";

// A stream that is written event by event.
class ResponsesStream : public testing::Test {
 protected:
  ResponsesStream() { Answer("{}"); }
  // Begins one to this request.
  void Answer(std::string body) {
    body_ = std::move(body);
    out_.Clear();
    writer_ = kCodec.write_stream({&request_, body_, "m \"x\"", "abc", 1700000000}, &out_);
  }
  void Say(Kind kind, JsonText text, int call = 0) {
    AnswerEvent event;
    event.kind = kind;
    event.text = text;
    event.call = call;
    writer_->On(event);
  }
  void Call(int call, JsonText id, JsonText name) {
    AnswerEvent event;
    event.kind = Kind::kToolCall;
    event.call = call;
    event.id = id;
    event.name = name;
    writer_->On(event);
  }
  void End(FinishReason reason, int64_t input = 5, int64_t output = 2) {
    AnswerEvent event;
    event.kind = Kind::kFinish;
    event.reason = reason;
    writer_->On(event);
    event = {};
    event.kind = Kind::kUsage;
    event.usage.input = input;
    event.usage.output = output;
    writer_->On(event);
    writer_->End();
  }
  // The names of the events, without what all have in common; deltas with their kind's letter.
  std::string Events() const {
    std::string names;
    http::FrameSplitter splitter(http::StreamFraming::kSse);
    splitter.Feed(out_.bytes());
    http::Frame frame;
    int64_t number = 0;
    while (splitter.Next(&frame) == http::FrameSplitter::Result::kFrame) {
      EXPECT_TRUE(json::IsJson(frame.data)) << frame.data;
      EXPECT_NE(frame.data.find("\"sequence_number\":" + std::to_string(number++) + "}"),
                frame.data.npos);
      EXPECT_TRUE(frame.data.starts_with("{\"type\":\"" + std::string(frame.event) + "\""));
      names += std::string(frame.event.substr(frame.event.find('.') + 1)) + " ";
    }
    return names;
  }
  bool Has(std::string_view text) const { return out_.bytes().find(text) != std::string::npos; }

  NeutralRequest request_;
  std::string body_;
  FrameOutput out_;
  std::unique_ptr<AnswerWriter> writer_;
};

TEST_F(ResponsesStream, TextComesAsOneMessageInOpenAisOrder) {
  Say(Kind::kText, "a\\u00e9");
  Say(Kind::kText, "");
  Say(Kind::kText, "b");
  End(FinishReason::kStop);
  EXPECT_EQ(Events(),
            "created in_progress output_item.added content_part.added output_text.delta "
            "output_text.delta output_text.done content_part.done output_item.done completed ");
  EXPECT_TRUE(
      Has(R"("item_id":"msg_abc_0","output_index":0,"content_index":0,"delta":"b","logprobs":[])"));
  EXPECT_TRUE(Has(R"("total_tokens":7})"));
  EXPECT_TRUE(Has(R"("model":"m \"x\"","status":"completed","error":null)"));
  EXPECT_EQ(out_.frames().back().verdict.kind, FrameKind::kTerminal);
}

TEST_F(ResponsesStream, IdAndTimeOfEachResponseAreFound) {
  Say(Kind::kText, "a");
  End(FinishReason::kStop);
  int found = 0;
  for (const FrameOutput::Written& frame : out_.frames()) {
    if (frame.verdict.id_size == 0) continue;
    ++found;
    const std::string_view bytes = out_.bytes().substr(frame.begin, frame.end - frame.begin);
    EXPECT_EQ(bytes.substr(frame.verdict.id_at, frame.verdict.id_size), "resp_abc");
    EXPECT_EQ(bytes.substr(frame.verdict.created_at, frame.verdict.created_size), "1700000000");
  }
  EXPECT_EQ(found, 3);
}

TEST_F(ResponsesStream, ReasoningIsShownAsSuch_OrAsTheSummaryThatWasAskedFor) {
  Say(Kind::kReasoning, "hm");
  Say(Kind::kSignature, "sig");
  Say(Kind::kText, "x");
  End(FinishReason::kStop);
  EXPECT_EQ(Events(),
            "created in_progress output_item.added content_part.added reasoning_text.delta "
            "reasoning_text.done content_part.done output_item.done output_item.added "
            "content_part.added output_text.delta output_text.done content_part.done "
            "output_item.done completed ");
  EXPECT_TRUE(Has(R"("summary":[],"content":[{"type":"reasoning_text","text":"hm"}],)"
                  R"("encrypted_content":"sig"})"));

  Answer(R"({"reasoning":{"summary":"auto"}})");
  Say(Kind::kReasoning, "hm");
  End(FinishReason::kStop);
  EXPECT_EQ(Events(),
            "created in_progress output_item.added reasoning_summary_part.added "
            "reasoning_summary_text.delta reasoning_summary_text.done reasoning_summary_part.done "
            "output_item.done completed ");
  EXPECT_TRUE(Has(R"("summary":[{"type":"summary_text","text":"hm"}]})"));
}

TEST_F(ResponsesStream, ParallelCallsAreKeptApart_AndNoArgumentsAreAnEmptyObject) {
  Say(Kind::kText, "x");
  Call(0, "c0", "f");
  Say(Kind::kArguments, R"({\"a\":)", 0);
  Call(1, "c0", "g");
  Say(Kind::kArguments, "1}", 0);
  Call(2, "", "h");
  Say(Kind::kArguments, "{}", 2);
  End(FinishReason::kToolCalls);
  Events();
  EXPECT_TRUE(Has(R"("call_id":"c0","name":"f","arguments":"{\"a\":1}"})"));
  EXPECT_TRUE(Has(R"("call_id":"call_abc_2","name":"g","arguments":"{}"})"));
  EXPECT_TRUE(Has(R"("call_id":"call_abc_3","name":"h","arguments":"{}"})"));
  EXPECT_LT(out_.bytes().find(R"("name":"f","arguments":"{\"a\":1}","sequence)"),
            out_.bytes().find(R"("name":"h","arguments":"")"));
}

TEST_F(ResponsesStream, ARefusalIsAPartOfItsMessage) {
  Say(Kind::kText, "x");
  Say(Kind::kRefusal, "no");
  End(FinishReason::kContentFilter);
  EXPECT_EQ(Events(),
            "created in_progress output_item.added content_part.added output_text.delta "
            "output_text.done content_part.done content_part.added refusal.delta refusal.done "
            "content_part.done output_item.done incomplete ");
  EXPECT_TRUE(Has(R"("content_index":1,"delta":"no","sequence)"));
  EXPECT_TRUE(Has(R"("incomplete_details":{"reason":"content_filter"})"));
}

TEST_F(ResponsesStream, WhatWasCutIsIncomplete) {
  Say(Kind::kText, "x");
  End(FinishReason::kLength);
  EXPECT_TRUE(Has("event: response.incomplete\n"));
  EXPECT_TRUE(Has(R"("status":"incomplete","error":null,)"
                  R"("incomplete_details":{"reason":"max_output_tokens"},"output":[{"id")"));
  Answer("{}");
  Say(Kind::kText, "x");
  End(FinishReason::kOther);
  EXPECT_TRUE(Has(R"("status":"incomplete","error":null,"incomplete_details":null,)"));
}

TEST_F(ResponsesStream, AnEmptyAnswerIsAMessageWithoutText) {
  End(FinishReason::kStop, -1, -1);
  EXPECT_EQ(Events(),
            "created in_progress output_item.added content_part.added output_text.done "
            "content_part.done output_item.done completed ");
  EXPECT_TRUE(Has(R"("usage":null)"));
}

TEST_F(ResponsesStream, TheResponseRepeatsTheRequest_ButNothingOfAWrongType) {
  Answer(R"({"tools":[{"type":"web_search"}],"temperature":0.5,"instructions":"i","top_p":"x",)"
         R"("metadata":7,"tool_choice":{"type":"function","name":"f"},"user":null})");
  End(FinishReason::kStop);
  EXPECT_TRUE(Has(R"("tools":[{"type":"web_search"}])"));
  EXPECT_TRUE(Has(R"("temperature":0.5)"));
  EXPECT_TRUE(Has(R"("instructions":"i")"));
  EXPECT_TRUE(Has(R"("top_p":null)"));
  EXPECT_TRUE(Has(R"("metadata":{})"));
  EXPECT_TRUE(Has(R"("tool_choice":{"type":"function","name":"f"})"));
}

// The types of this API demand the details of a usage: not counted is none.
std::string MeaningWithAllCounts(const Codec& codec, const Capture& capture) {
  NeutralAnswer answer;
  AnswerBuilder builder(&answer);
  ReadAnswer(codec, capture.content_type, capture.body, &builder);
  builder.Finish();
  TokenCounts& usage = answer.usage;
  if (usage.input >= 0) usage.cached = std::max<int64_t>(usage.cached, 0);
  if (usage.input >= 0) usage.reasoning = std::max<int64_t>(usage.reasoning, 0);
  return MeaningOf(answer);
}

TEST(ResponsesAnswer, RecordedAnswersKeepTheirMeaning) {
  for (const char* const name : {"llama/responses.txt", "llama/responses-stream.txt",
                                 "vllm/responses.txt", "vllm/responses-stream.txt"}) {
    const Capture capture = LoadCapture(name);
    ASSERT_FALSE(capture.body.empty()) << name;
    const std::string meaning = MeaningWithAllCounts(kCodec, capture);
    const Translated result = Through(kCodec, capture.content_type, capture.body);
    EXPECT_EQ(MeaningOf(kCodec, kSse, result.stream), meaning) << name;
    EXPECT_EQ(MeaningOf(kCodec, kJson, result.whole), meaning) << name;
    EXPECT_TRUE(json::IsJson(result.whole)) << result.whole;
  }
  const Capture llama = LoadCapture("llama/responses-stream.txt");
  EXPECT_EQ(MeaningOf(kCodec, kSse, llama.body),
            "<0  Say hello.<|im_> logprobs= finish=1\n26 6 21 -1 ");
  const Capture vllm = LoadCapture("vllm/responses-stream.txt");
  EXPECT_EQ(MeaningOf(kCodec, kSse, vllm.body), "<0  ad=righ i're$> logprobs= finish=3\n12 6 0 0 ");
}

TEST(ResponsesAnswer, ChatAnswersMeanTheSameAsResponses) {
  for (const char* const name :
       {"llama/chat.txt", "llama/chat-stream-usage.txt", "llama/chat-tools-required-stream.txt",
        "llama/chat-logprobs-stream.txt", "vllm/chat-tools-required-stream.txt", "ollama/chat.txt",
        "vllm/chat-logprobs-stream.txt"}) {
    const Capture capture = LoadCapture(name);
    ASSERT_FALSE(capture.body.empty()) << name;
    NeutralAnswer answer;
    AnswerBuilder builder(&answer);
    ReadAnswer(kChatCodec, capture.content_type, capture.body, &builder);
    builder.Finish();
    NeutralRequest request;
    FrameOutput out;
    const auto writer = kCodec.write_stream(ContextFor(request), &out);
    ReadAnswer(kChatCodec, capture.content_type, capture.body, writer.get());
    writer->End();
    const std::string meaning = MeaningWithAllCounts(kChatCodec, capture);
    EXPECT_EQ(MeaningOf(kCodec, kSse, out.bytes()), meaning) << name;
    const std::string whole = kCodec.write_whole(ContextFor(request), answer);
    EXPECT_EQ(MeaningOf(kCodec, kJson, whole), meaning) << name;
  }
}

TEST(ResponsesAnswer, WhatOnlyTheEndOfAnItemSaysIsSaid_AndOnlyOnce) {
  const std::string kStream =
      R"(data: {"type":"response.output_item.done","item":{"type":"reasoning","id":"r","summary":[{"type":"summary_text","text":"a"},{"type":"summary_text","text":"b"}],"encrypted_content":"S"}}

data: {"type":"response.output_item.added","output_index":1,"item":{"type":"function_call","call_id":"c","name":"f","arguments":""}}

data: {"type":"response.output_item.added","output_index":2,"item":{"type":"function_call","call_id":"d","name":"g","arguments":""}}

data: {"type":"response.function_call_arguments.delta","output_index":1,"delta":"{}"}

data: {"type":"response.output_item.done","output_index":1,"item":{"type":"function_call","call_id":"c","name":"f","arguments":"{}"}}

data: {"type":"response.output_item.done","output_index":2,"item":{"type":"function_call","call_id":"d","name":"g","arguments":"[]"}}

data: {"type":"response.completed","response":{"status":"completed","output":[]}}

)";
  EXPECT_EQ(MeaningOf(kCodec, kSse, kStream),
            "<2  a\n\nb><5 cf {}><5 dg []> logprobs= finish=4\n-1 -1 -1 -1 ");
}

TEST(ResponsesAnswer, RubbishIsNoAnswer_AndWrongTypesDoNotCrash) {
  NeutralAnswer answer;
  AnswerBuilder builder(&answer);
  EXPECT_FALSE(kCodec.read_whole("7", &builder));
  EXPECT_FALSE(kCodec.read_whole(R"({"output":7})", &builder));
  EXPECT_TRUE(kCodec.read_whole(
      R"({"output":[7,{"type":"message","content":[7,{"type":7,"text":[]}]},{"type":"function_call"},
          {"type":"reasoning","content":{}}],"usage":[],"incomplete_details":7})",
      &builder));
  MeaningOf(kCodec, kSse,
            "data: 7\n\ndata: {\"type\":\"response.output_text.delta\",\"delta\":7}\n\n"
            "data: {\"type\":\"response.function_call_arguments.delta\",\"delta\":\"x\"}\n\n"
            "data: {\"type\":\"response.output_item.done\",\"item\":[]}\n\n"
            "data: {\"type\":\"response.completed\",\"response\":8}\n\n");
}

}  // namespace
}  // namespace banto::api::openai
