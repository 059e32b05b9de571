// Recorded answers of real engines' Messages API: read to events, and written back.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "capture.h"
#include "codec_kit.h"
#include "proxy/api/anthropic/codecs.h"

namespace banto::api::anthropic {
namespace {

struct Row {
  const char* name;
  const char* said;
  int64_t input, cached;
};

constexpr Row kStreams[] = {
    {"llama/messages-stream.txt", "text:User is a member of the user group.\\n<|", 29, 24},
    {"vllm/messages-stream.txt", "text: i bhoueci m(Flat beatsld iatedan", 16, -1},
};
constexpr Row kWholes[] = {
    {"llama/messages.txt", "text:<|im_end|>\\n<|im_start", 29, 24},
    {"vllm/messages.txt", "text: thearWSparse) ideaguity thanea're", 16, -1},
};

void ExpectHeard(const Row& row, const Heard& heard) {
  EXPECT_EQ(heard.said, row.said) << row.name;
  EXPECT_EQ(heard.reason, FinishReason::kLength) << row.name;
  EXPECT_EQ(heard.usage.input, row.input) << row.name;
  EXPECT_EQ(heard.usage.cached, row.cached) << row.name;
  EXPECT_EQ(heard.usage.output, 12) << row.name;
}

// What was heard, written as the API's own.
class Rewritten : public AnswerSink {
 public:
  Rewritten() : writer_(kMessagesCodec.write_stream(asked_.context, &out_)), builder_(&answer_) {}
  void On(const AnswerEvent& event) override {
    writer_->On(event);
    builder_.On(event);
  }
  std::string Stream() {
    writer_->End();
    return std::string(out_.bytes());
  }
  std::string Whole() {
    builder_.Finish();
    return kMessagesCodec.write_whole(asked_.context, answer_);
  }

 private:
  Asked asked_;
  FrameOutput out_;
  std::unique_ptr<AnswerWriter> writer_;
  NeutralAnswer answer_;
  AnswerBuilder builder_;
};

TEST(AnthropicCaptures, StreamsMeanTheSameWhenTheyAreWrittenBack) {
  for (const Row& row : kStreams) {
    const std::string body = LoadCapture(row.name).body;
    Heard first, again, whole;
    Hear(kMessagesCodec, body, &first);
    ExpectHeard(row, first);
    Rewritten rewritten;
    Hear(kMessagesCodec, body, &rewritten);
    Hear(kMessagesCodec, rewritten.Stream(), &again);
    ExpectHeard(row, again);
    EXPECT_TRUE(kMessagesCodec.read_whole(rewritten.Whole(), &whole));
    ExpectHeard(row, whole);
  }
}

TEST(AnthropicCaptures, WholesAreWrittenBackAsTheyWereButForTheirNames) {
  for (const Row& row : kWholes) {
    const std::string body = LoadCapture(row.name).body;
    Heard first, streamed;
    EXPECT_TRUE(kMessagesCodec.read_whole(body, &first));
    ExpectHeard(row, first);
    Rewritten rewritten;
    EXPECT_TRUE(kMessagesCodec.read_whole(body, &rewritten));
    nlohmann::json before = nlohmann::json::parse(body);
    nlohmann::json after = nlohmann::json::parse(rewritten.Whole());
    for (const char* name : {"id", "model", "stop_sequence"}) {
      before.erase(name);
      after.erase(name);
    }
    EXPECT_EQ(after, before) << row.name;
    Hear(kMessagesCodec, rewritten.Stream(), &streamed);
    ExpectHeard(row, streamed);
  }
}

}  // namespace
}  // namespace banto::api::anthropic
