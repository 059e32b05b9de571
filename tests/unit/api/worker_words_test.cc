// What workers say and how it reaches a client in mid-stream.
#include "proxy/api/worker_words.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "proxy/api/error_shape.h"
#include "proxy/api/openai/openai.h"

namespace banto::api {
namespace {

using Json = nlohmann::json;

const OperationInfo& Of(const char* path) { return *FindOperation("POST", path); }
const OperationInfo& kChatOperation = Of("/v1/chat/completions");

std::string MessageOf(std::string_view body, std::string_view type = "application/json") {
  return HearWorker(400, type, body).message;
}

TEST(WorkerWords, EveryShapeIsHeard) {
  EXPECT_EQ(MessageOf(R"({"error":{"message":"a"}})"), "a");
  EXPECT_EQ(MessageOf(R"({"error":"b","error_type":"x"})"), "b");
  EXPECT_EQ(MessageOf(R"({"object":"error","message":"c"})"), "c");
  EXPECT_EQ(MessageOf(R"({"detail":"d"})"), "d");
  EXPECT_EQ(MessageOf(R"({"detail":{"message":"e"}})"), "e");
  EXPECT_EQ(MessageOf(R"({"type":"about:blank","title":"f","status":400})"), "f");
  EXPECT_EQ(MessageOf(R"({"type":"about:blank","title":"f","detail":"g"})"), "g");
  EXPECT_EQ(MessageOf(R"({"errors":[{"message":"h"},"i"]})"), "h; i");
  EXPECT_EQ(MessageOf(R"({"type":"response.failed","response":{"error":{"message":"j"}}})"), "j");
  EXPECT_EQ(MessageOf(R"({"type":"error","code":"x","message":"k"})"), "k");
  EXPECT_EQ(MessageOf("l l\n", "Text/Plain; charset=utf-8"), "l l");
  EXPECT_EQ(MessageOf("m", "text/html"), "m");
}

TEST(WorkerWords, GatewaysAndCloudsAreHeardToo) {
  for (const char* body :
       {R"([{"error":{"code":400,"message":"w","status":"X"}}])", R"({"error":["w"]})",
        R"({"detail":{"error":{"message":"w"}}})", R"({"detail":{"error":"w"}})",
        R"({"error":{"code":"c","detail":"w"}})", R"({"Message":"w"})", R"({"error_message":"w"})",
        R"({"fault":{"faultstring":"w","detail":{"errorcode":"x"}}})", R"("w")", R"(["w"])",
        "\xEF\xBB\xBF{\"error\":{\"message\":\"w\"}}"}) {
    EXPECT_EQ(MessageOf(body), "w") << body;
  }
  const WorkerWords words =
      HearWorker(400, "", R"({"detail":{"error":{"message":"w","type":"t","code":"c"}}})");
  EXPECT_EQ(words.type, "t");
  EXPECT_EQ(words.code, "\"c\"");
}

TEST(WorkerWords, WhatIsNotUnderstoodIsQuotedUpToABound) {
  EXPECT_EQ(MessageOf(R"({"trouble":{"is":"w"}})"),
            R"(the worker answered 400: {"trouble":{"is":"w"}})");
  EXPECT_EQ(MessageOf("<?xml version='1.0'?><Error>w</Error>", "application/xml"),
            "<?xml version='1.0'?><Error>w</Error>");
  std::string longer = "x";
  for (int i = 0; i < 5000; ++i) longer += "\xC3\xA9";
  const std::string quoted = MessageOf(longer, "text/plain");
  EXPECT_LE(quoted.size(), 4096U);
  EXPECT_GT(quoted.size(), 4000U);
  EXPECT_EQ(quoted.substr(quoted.size() - 5), "\xC3\xA9\xE2\x80\xA6");
  for (const char* nothing : {"{}", "[]", "null", "\"\"", " \n"})
    EXPECT_EQ(MessageOf(nothing), "the worker answered 400 without an explanation") << nothing;
}

TEST(WorkerWords, APageOfHtmlSaysItsTitle) {
  EXPECT_EQ(MessageOf("<html><head><TITLE>\n413 Too Large\n</title></head>secret", "text/html"),
            "the worker answered 400 with a page: 413 Too Large");
}

TEST(WorkerWords, WhatWasCutShortIsHeardAsFarAsItGoes) {
  EXPECT_EQ(MessageOf(R"({"detail":[{"loc":["body","n"],"msg":"too long","input":"xxxxxxx)"),
            "body.n: too long");
  EXPECT_EQ(MessageOf(R"({"error":{"message":"too long","type":"x","param":"aaaa)"), "too long");
}

TEST(WorkerWords, TheEventsNameIsNotTheErrorsType) {
  EXPECT_EQ(HearWorker(400, "", R"({"type":"error","code":"x","message":"k"})").type, "");
  EXPECT_EQ(HearWorker(400, "", R"({"type":"BadRequestError","message":"k"})").type,
            "BadRequestError");
}

TEST(WorkerWords, AnErrorBehindAGoodStatusIsOne) {
  EXPECT_TRUE(SaysError(R"({"error":{"message":"x"}})"));
  EXPECT_TRUE(SaysError(R"({"object":"error","message":"x"})"));
  EXPECT_FALSE(SaysError(R"({"choices":[],"error":null})"));
  EXPECT_FALSE(SaysError(R"({"error":null,"text":"x"})"));
  EXPECT_FALSE(SaysError("[1]"));
}

Json DataOf(const std::string& frame) {
  EXPECT_EQ(frame.substr(frame.size() - 2), "\n\n");
  const size_t at = frame.find("data: ");
  EXPECT_EQ(frame.find('\n', at), frame.size() - 2) << frame;
  return Json::parse(frame.substr(at + 6));
}

constexpr const char* kOverflow =
    "{\n \"error\": {\"code\": 400, \"message\": \"too many\\n tokens\", \"param\": \"input\",\r\n"
    " \"type\": \"exceed_context_size_error\", \"n_ctx\": 4096}}";

TEST(WorkerErrorFrame, KeepsTheWorkersObjectInItsOwnShape) {
  const std::string frame = WorkerErrorFrame(kChatOperation, 400, "application/json", kOverflow);
  EXPECT_EQ(frame.substr(0, 6), "data: ");
  EXPECT_EQ(DataOf(frame), Json::parse(kOverflow));
}

TEST(WorkerErrorFrame, ResponsesGetsATypedEvent) {
  const std::string frame =
      WorkerErrorFrame(Of("/v1/responses"), 400, "application/json", kOverflow, 7);
  EXPECT_EQ(frame.substr(0, 13), "event: error\n");
  EXPECT_EQ(DataOf(frame),
            Json::parse(R"({"type":"error","code":"exceed_context_size_error",)"
                        R"("message":"too many\n tokens","param":"input","error_code":400,)"
                        R"("sequence_number":7})"));
  const std::string named = WorkerErrorFrame(Of("/v1/responses"), 400, "",
                                             R"({"error":{"message":"m","type":"t","code":null}})");
  EXPECT_EQ(DataOf(named)["code"], "t");
  EXPECT_EQ(DataOf(named)["param"], nullptr);
}

TEST(WorkerErrorFrame, AnthropicGetsATypedEvent) {
  const std::string frame =
      WorkerErrorFrame(Of("/v1/messages"), 400, "application/json", kOverflow);
  EXPECT_EQ(frame.substr(0, 13), "event: error\n");
  EXPECT_EQ(DataOf(frame), Json::parse(R"({"type":"error","error":{"type":"invalid_request_error",)"
                                       R"("message":"too many\n tokens"}})"));
}

std::string Mended(const OperationInfo& operation, const std::string& data,
                   const std::string& event = "") {
  return MendErrorFrame(operation, 500, {data, data, event}, 3).value_or("as it is");
}

TEST(MendErrorFrame, ClientsGetWhatTheyCanRead) {
  EXPECT_EQ(Mended(kChatOperation, R"({"error":{"message":"x","code":500}})"), "as it is");
  EXPECT_EQ(DataOf(Mended(kChatOperation, R"({"error":"x","error_type":"generation"})")),
            Json::parse(R"({"error":{"message":"x","type":"server_error","param":null,)"
                        R"("code":"generation"}})"));
  EXPECT_EQ(DataOf(Mended(kChatOperation, "Internal Server Error"))["error"]["message"],
            "Internal Server Error");
  const OperationInfo& responses = Of("/v1/responses");
  EXPECT_EQ(Mended(responses, R"({"type":"response.failed"})", "response.failed"), "as it is");
  EXPECT_EQ(Mended(responses, R"({"type":"error","message":"x"})"), "as it is");
  EXPECT_EQ(DataOf(Mended(responses, R"({"error":{"message":"x"}})"))["sequence_number"], 3);
  const OperationInfo& messages = Of("/v1/messages");
  const std::string said = R"({"type":"error","error":{"type":"api_error","message":"x"}})";
  EXPECT_EQ(Mended(messages, said, "error"), "as it is");
  EXPECT_EQ(DataOf(Mended(messages, said)), Json::parse(said));
  // Native streams have clients of their own.
  EXPECT_EQ(Mended(Of("/generate_stream"), R"({"error":"x","error_type":"y"})"), "as it is");
  EXPECT_EQ(MendErrorFrame(Of("/api/chat"), 500, {"", R"({"error":{"message":"x"}})", ""}),
            "{\"error\":\"x\"}\n");
}

TEST(WorkerWords, AnErrorThatIsAnEventIsHeard) {
  const std::string error = R"({"error":{"message":"w","type":"t","code":"c"}})";
  for (const std::string& body :
       {"event:error\ndata:" + error + "\n\n", "event: error\r\ndata: " + error + "\r\n\r\n",
        "data: " + error, "id: 1\nevent: error\ndata: " + error + "\n\ndata: [DONE]\n\n",
        ": ping\n\ndata: {\"type\":\"ping\"}\n\ndata: " + error + "\n\n",
        std::string("data: {\"error\":\ndata: {\"message\":\"w\",\"type\":\"t\",\ndata: "
                    "\"code\":\"c\"}}\n\n"),
        "\xEF\xBB\xBF"
        "data: " +
            error + "\n\n"}) {
    const WorkerWords words = HearWorker(400, "text/event-stream", body);
    EXPECT_EQ(words.message, "w") << body;
    EXPECT_EQ(words.type, "t") << body;
    EXPECT_EQ(words.code, "\"c\"") << body;
  }
  EXPECT_EQ(MessageOf("event: error\ndata: {\"error\":\"w\"}\n\n", "text/plain"), "w");
  EXPECT_EQ(MessageOf("event: error\ndata: out of memory\n\n", "text/event-stream"),
            "out of memory");
  EXPECT_EQ(MessageOf("data: [DONE]\n\n", "text/event-stream"), "data: [DONE]");
  const auto shaped = NormaliseError(*openai::kDialect.errors, 400, "text/event-stream",
                                     "event:error\ndata:" + error + "\n\n");
  ASSERT_TRUE(shaped);
  EXPECT_EQ(Json::parse(*shaped)["error"]["code"], "c");
}

}  // namespace
}  // namespace banto::api
