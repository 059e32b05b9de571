// Completions and embeddings through their codecs.
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "capture.h"
#include "openai_codec_kit.h"
#include "proxy/api/openai/codecs.h"
#include "proxy/json/json_cursor.h"

namespace banto::api::openai {
namespace {

constexpr const char* kSse = "text/event-stream";
constexpr const char* kJson = "application/json";

TEST(CompletionsCodec, EachRecordedAnswerIsWrittenAgainMeaningTheSame) {
  int read = 0;
  for (const char* engine : {"llama", "ollama", "vllm"}) {
    const std::string folder = std::string(BANTO_SOURCE_DIR) + "/tests/captures/" + engine;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
      const Capture capture =
          LoadCapture(std::string(engine) + "/" + entry.path().filename().string());
      if (capture.path != "/v1/completions" || capture.status != 200) continue;
      SCOPED_TRACE(entry.path().string());
      const Translated again = Through(kCompletionsCodec, capture.content_type, capture.body);
      EXPECT_NE(again.meaning.find("finish="), std::string::npos);
      EXPECT_TRUE(json::IsJson(again.whole)) << again.whole;
      EXPECT_EQ(MeaningOf(kCompletionsCodec, kJson, again.whole), again.meaning);
      EXPECT_EQ(MeaningOf(kCompletionsCodec, kSse, again.stream), again.meaning);
      ++read;
    }
  }
  EXPECT_GE(read, 8);
}

TEST(CompletionsCodec, AStreamIsWrittenAsOpenAiWritesIt) {
  const Translated again =
      Through(kCompletionsCodec, kSse,
              "data: {\"choices\":[{\"text\":\"a\\n\",\"finish_reason\":\"\"}]}\n\n"
              "data: {\"choices\":[{\"text\":\"\",\"finish_reason\":\"eos_token\"}],\"usage\":"
              "{\"prompt_tokens\":1,\"completion_tokens\":2}}\n\n");
  const std::string head =
      R"(data: {"id":"cmpl-abc123","object":"text_completion","created":1795252885,)"
      R"("model":"gpt \"x\"","choices":[)";
  EXPECT_EQ(again.stream,
            head + R"({"index":0,"text":"a\n","logprobs":null,"finish_reason":null}],)" +
                R"("usage":null})" + "\n\n" + head +
                R"({"index":0,"text":"","logprobs":null,"finish_reason":"stop"}],"usage":null})" +
                "\n\n" + head +
                R"(],"usage":{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3}})" +
                "\n\ndata: [DONE]\n\n");
  EXPECT_EQ(again.kinds, "tffT");
}

TEST(CompletionsCodec, RequestsPass_WhateverTheirPromptIs) {
  for (const std::string prompt : {R"("a")", R"(["a","b"])", "[1,2]", "[[1],[2]]"}) {
    EXPECT_EQ(Rewritten(kCompletionsCodec,
                        R"({"model":"x","prompt":)" + prompt +
                            R"(,"suffix":"s","echo":true,"stop":"\n","stream":true,"best_of":2})",
                        engine::kVllm),
              R"({"model":"m","prompt":)" + prompt +
                  R"(,"stop":["\n"],"stream":true,"stream_options":{"include_usage":true},)"
                  R"("suffix":"s","echo":true} | best_of )");
  }
  EXPECT_EQ(Rewritten(kCompletionsCodec, R"({"prompt":null,"logprobs":5})", engine::kVllm),
            R"({"model":"m","prompt":""} | logprobs )");
}

TEST(CompletionsCodec, PromptsAndConversationsAreNotTakenForEachOther) {
  NeutralRequest prompt, conversation;
  kCompletionsCodec.read_request(R"({"prompt":"a"})", &prompt);
  kChatCodec.read_request(R"({"messages":[{"role":"user","content":"a"}]})", &conversation);
  EXPECT_TRUE(kChatCodec.write_request(prompt, {engine::kVllm, "m"}).refused);
  EXPECT_TRUE(kCompletionsCodec.write_request(conversation, {engine::kVllm, "m"}).refused);
}

TEST(CompletionsCodec, WhatHasTheWrongTypeIsPassedOver) {
  for (const char* choice :
       {"7", "{}", R"({"index":"x","text":7,"finish_reason":7})", R"({"index":-1,"text":"a"})",
        R"({"index":99999999,"text":"a","finish_reason":"stop"})"}) {
    const Translated again =
        Through(kCompletionsCodec, kSse, "data: {\"choices\":[" + std::string(choice) + "]}\n\n");
    EXPECT_TRUE(json::IsJson(again.whole)) << again.whole;
  }
}

TEST(EmbeddingsCodec, RowsStandInTheOrderOfTheirIndices_InTheFormThatWasAsked) {
  const std::string body =
      R"({"data":[{"index":1,"embedding":[2]},{"index":0,"embedding":"AACAPw=="}],)"
      R"("usage":{"prompt_tokens":5,"total_tokens":5}})";
  EXPECT_EQ(Through(kEmbeddingsCodec, kJson, body).whole,
            R"({"object":"list","data":[{"object":"embedding","index":0,"embedding":[1]},)"
            R"({"object":"embedding","index":1,"embedding":[2]}],"model":"gpt \"x\"",)"
            R"("usage":{"prompt_tokens":5,"total_tokens":5}})");
  NeutralRequest request;
  kEmbeddingsCodec.read_request(R"({"encoding_format":"base64"})", &request);
  NeutralAnswer answer;
  AnswerBuilder builder(&answer);
  EXPECT_TRUE(kEmbeddingsCodec.read_whole(body, &builder));
  const std::string whole = kEmbeddingsCodec.write_whole(ContextFor(request), answer);
  EXPECT_NE(whole.find(R"("index":0,"embedding":"AACAPw=="})"), std::string::npos) << whole;
  EXPECT_NE(whole.find(R"("index":1,"embedding":"AAAAQA=="})"), std::string::npos) << whole;
}

TEST(EmbeddingsCodec, RequestsPass) {
  EXPECT_EQ(Rewritten(kEmbeddingsCodec,
                      R"({"model":"x","input":["a",[1]],"encoding_format":"base64","user":"u",)"
                      R"("dimensions":64,"input_type":"query"})",
                      engine::kVllm),
            R"({"model":"m","input":["a",[1]],"encoding_format":"base64","user":"u",)"
            R"("dimensions":64} | input_type )");
  EXPECT_EQ(Rewritten(kEmbeddingsCodec, R"({"encoding_format":"float"})", engine::kVllm),
            R"({"model":"m","input":""})");
}

TEST(EmbeddingsCodec, WhatIsNoListOfRowsIsRefused) {
  NeutralAnswer answer;
  AnswerBuilder builder(&answer);
  for (const char* body : {"", "[]", "{}", R"({"data":7})", R"({"data":[)"})
    EXPECT_FALSE(kEmbeddingsCodec.read_whole(body, &builder)) << body;
  const std::string rows =
      R"({"data":[7,{"index":-1},{"index":99999999},{"index":2,"embedding":{}}],"usage":7})";
  EXPECT_TRUE(kEmbeddingsCodec.read_whole(rows, &builder));
  const std::string whole = Through(kEmbeddingsCodec, kJson, rows).whole;
  EXPECT_TRUE(json::IsJson(whole)) << whole;
}

}  // namespace
}  // namespace banto::api::openai
