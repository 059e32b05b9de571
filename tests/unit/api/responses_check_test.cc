// The Responses API: what is complete, streamed and whole.
#include <gtest/gtest.h>

#include <string>

#include "answer_kit.h"

namespace banto::api {
namespace {

const RequestExpectations kAsked = Expect(known::kResponses);
const std::string kSaid =
    R"([{"type":"message","id":"msg_1","status":"completed","role":"assistant","content":[{"type":"output_text","text":"hi"}]}])";

std::string Response(const std::string& output, const std::string& more = "",
                     const std::string& status = R"("completed")") {
  return R"({"id":"resp_1","object":"response","created_at":1700000000,"status":)" + status +
         R"(,"error":null,"incomplete_details":null,"output":)" + output + more + "}";
}

TEST(WholeResponse, IsCompleteWhenItAndItsItemsAre) {
  for (const char* output :
       {kSaid.c_str(), R"([{"type":"function_call","name":"f","arguments":"{}"}])",
        R"([{"type":"reasoning","status":"","summary":[{"type":"summary_text","text":"x"}]}])",
        R"([{"type":"custom_tool_call","name":"f","input":"ls"}])",
        R"([{"type":"message","content":[{"type":"refusal","refusal":"no"}]}])"}) {
    EXPECT_EQ(Whole(kAsked, Response(output)), Completeness::kComplete) << output;
  }
}

TEST(WholeResponse, AnythingLessIsNotStored) {
  const auto judge = [](const std::string& output, const std::string& more = "",
                        const std::string& status = R"("completed")") {
    return Whole(kAsked, Response(output, more, status));
  };
  for (const char* status : {R"("in_progress")", R"("failed")", R"("cancelled")", "null", R"("")"})
    EXPECT_EQ(judge(kSaid, "", status), Completeness::kFinishReasonError) << status;
  const std::string by_limit = R"(,"incomplete_details":{"reason":"max_output_tokens"})";
  EXPECT_EQ(judge(kSaid, by_limit, R"("incomplete")"), Completeness::kLengthLimit);
  EXPECT_EQ(judge(kSaid, by_limit), Completeness::kLengthLimit);
  EXPECT_EQ(judge(kSaid, R"(,"incomplete_details":{"reason":"content_filter"})"),
            Completeness::kFinishReasonError);
  EXPECT_EQ(judge(kSaid, R"(,"error":{"code":"server_error"})"), Completeness::kUpstreamError);
  EXPECT_EQ(judge("[]"), Completeness::kEmptyAnswer);
  EXPECT_EQ(judge(R"([{"type":"message","content":[{"type":"output_text","text":""}]}])"),
            Completeness::kEmptyAnswer);
  for (const char* output :
       {"null", "{}", "[{}]", R"([{"type":"function_call","name":"f","arguments":"{"}])",
        R"([{"type":"function_call","name":"f","arguments":{}}])"}) {
    EXPECT_EQ(judge(output), Completeness::kMalformed) << output;
  }
  EXPECT_EQ(judge(R"([{"type":"message","status":"incomplete","content":[]}])"),
            Completeness::kFinishReasonError);
}

// Under an id that a replay renews; or found by the server on the way.
TEST(WholeResponse, WhatDependsOnTheServersStateIsNotStored) {
  for (const char* more : {R"(,"store":true)", R"(,"background":true)",
                           R"(,"previous_response_id":"resp_0")", R"(,"conversation":{"id":"c"})"})
    EXPECT_EQ(Whole(kAsked, Response(kSaid, more)), Completeness::kNotCacheable) << more;
  EXPECT_EQ(Whole(kAsked, Response(kSaid, R"(,"store":false,"background":false)")),
            Completeness::kComplete);
  for (const char* type : {"web_search_call", "file_search_call", "mcp_call", "computer_call"}) {
    EXPECT_EQ(Whole(kAsked,
                    Response(R"([{"type":")" + std::string(type) + R"(","status":"completed"}])")),
              Completeness::kNotCacheable)
        << type;
  }
}

TEST(WholeResponse, ItsIdAndBothItsTimesAreFound) {
  const std::string body = Response(kSaid, R"(,"completed_at":1700000009)");
  FrameVerdict spans;
  EXPECT_EQ(AnswerReader(kAsked).CheckWhole(200, "application/json", body, &spans),
            Completeness::kComplete);
  EXPECT_EQ(body.substr(spans.id_at, spans.id_size), "resp_1");
  EXPECT_EQ(body.substr(spans.created_at, spans.created_size), "1700000000");
  EXPECT_EQ(body.substr(spans.again_at, spans.created_size), "1700000009");
}

std::string Event(const std::string& type, const std::string& more) {
  return "event: " + type + "\ndata: {\"type\":\"" + type + "\"" + more + "}\n\n";
}
const std::string kCreated = Event("response.created", R"(,"response":{"id":"resp_1"})");
const std::string kAdded = Event("response.output_item.added", R"(,"item":{"type":"message"})");
const std::string kDelta = Event("response.output_text.delta", R"(,"delta":"hi")");
const std::string kItemDone = Event("response.output_item.done", R"(,"item":{"type":"message"})");
const std::string kCompleted =
    Event("response.completed", ",\"response\":" + Response(kSaid) + ",\"sequence_number\":6");

Completeness Judge(const std::string& stream) { return ReadStream(kAsked, stream).verdict; }

TEST(ResponseStream, IsCompleteWithItsCompletedResponse) {
  const Read read = ReadStream(kAsked, kCreated + kAdded + kDelta + kItemDone + kCompleted);
  EXPECT_EQ(read.verdict, Completeness::kComplete);
  EXPECT_EQ(read.frames[0].id_size, 6U);
  EXPECT_EQ(read.frames[4].id_size, 6U);
  EXPECT_EQ(read.frames[4].created_size, 10U);
  EXPECT_EQ(Judge(kCreated + kAdded + kDelta + kItemDone + kCompleted + kDone),
            Completeness::kComplete);
}

TEST(ResponseStream, OneThatLacksAPartIsNotStored) {
  for (const std::string& stream :
       {kCreated + kAdded + kDelta + kItemDone, kCreated + kDone, std::string()})
    EXPECT_EQ(Judge(stream), Completeness::kIncompleteStream) << stream;
  EXPECT_EQ(Judge(kCreated + kAdded + kDelta + kCompleted), Completeness::kMalformed);
  EXPECT_EQ(Judge(kCreated + kAdded + kItemDone + kCompleted + kDelta), Completeness::kMalformed);
  EXPECT_EQ(Judge(kCreated + Event("response.completed", "")), Completeness::kFinishReasonError);
  EXPECT_EQ(Judge(kCreated + Event("response.incomplete", ",\"response\":" + Response(kSaid))),
            Completeness::kMalformed);
  EXPECT_EQ(Judge(kCreated + Event("response.failed", R"(,"response":{"status":"failed"})")),
            Completeness::kUpstreamError);
  EXPECT_EQ(Judge(kCreated + Event("error", R"(,"message":"no")") + kCompleted),
            Completeness::kUpstreamError);
}

}  // namespace
}  // namespace banto::api
