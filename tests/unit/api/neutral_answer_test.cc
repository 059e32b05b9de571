#include "proxy/api/neutral_answer.h"

#include <gtest/gtest.h>

#include <string>

namespace banto::api {
namespace {

using Kind = AnswerEvent::Kind;

AnswerEvent Event(Kind kind, std::string_view text, int call = 0) {
  AnswerEvent event;
  event.kind = kind;
  event.text = text;
  event.call = call;
  return event;
}

AnswerEvent Call(int call, std::string_view id, std::string_view name) {
  AnswerEvent event;
  event.kind = Kind::kToolCall;
  event.call = call;
  event.id = id;
  event.name = name;
  return event;
}

class Recorded : public AnswerSink {
 public:
  void On(const AnswerEvent& event) override {
    said += std::to_string(static_cast<int>(event.kind)) + ":" + std::string(event.id) +
            std::string(event.text) + std::string(event.logprobs) + " ";
  }
  std::string said;
};

TEST(NeutralAnswer, PiecesOfOnePartAreJoined_AndInterleavedCallsAreKeptApart) {
  NeutralAnswer answer;
  AnswerBuilder builder(&answer);
  builder.On(Event(Kind::kReasoning, "hm"));
  builder.On(Event(Kind::kReasoning, "m"));
  builder.On(Event(Kind::kSignature, "sig"));
  builder.On(Event(Kind::kText, "a\\u00e9"));
  builder.On(Event(Kind::kText, "b"));
  builder.On(Call(0, "c0", "f"));
  builder.On(Call(1, "c1", "g"));
  builder.On(Event(Kind::kArguments, "{\\\"x\\\":", 0));
  builder.On(Event(Kind::kArguments, "{}", 1));
  builder.On(Event(Kind::kArguments, "1}", 0));
  AnswerEvent finish = Event(Kind::kFinish, "");
  finish.reason = FinishReason::kToolCalls;
  builder.On(finish);
  builder.Finish();
  ASSERT_EQ(answer.choices.size(), 1u);
  const std::vector<Part>& parts = answer.choices[0].parts;
  ASSERT_EQ(parts.size(), 4u);
  EXPECT_EQ(parts[0].text, "hmm");
  EXPECT_EQ(parts[0].signature, "sig");
  EXPECT_EQ(parts[1].text, "a\\u00e9b");
  EXPECT_EQ(parts[2].id, "c0");
  EXPECT_EQ(Plain(parts[2].arguments), R"({"x":1})");
  EXPECT_EQ(parts[3].arguments, "{}");
  EXPECT_EQ(answer.choices[0].reason, FinishReason::kToolCalls);
}

TEST(NeutralAnswer, ReasoningAfterASignatureIsAPartOfItsOwn) {
  NeutralAnswer answer;
  AnswerBuilder builder(&answer);
  builder.On(Event(Kind::kReasoning, "one"));
  builder.On(Event(Kind::kSignature, "s1"));
  builder.On(Event(Kind::kReasoning, "two"));
  builder.On(Event(Kind::kSignature, "s2"));
  builder.Finish();
  ASSERT_EQ(answer.choices[0].parts.size(), 2u);
  EXPECT_EQ(answer.choices[0].parts[0].text, "one");
  EXPECT_EQ(answer.choices[0].parts[0].signature, "s1");
  EXPECT_EQ(answer.choices[0].parts[1].text, "two");
  EXPECT_EQ(answer.choices[0].parts[1].signature, "s2");
}

TEST(NeutralAnswer, AWholeReplayedAndBuiltAgainIsTheSame) {
  NeutralAnswer first;
  AnswerBuilder builder(&first);
  builder.On(Event(Kind::kReasoning, "hm"));
  AnswerEvent text = Event(Kind::kText, "hi");
  text.logprobs = R"({"token":"hi"})";
  builder.On(text);
  builder.On(Call(0, "c0", "f"));
  builder.On(Event(Kind::kArguments, "{}", 0));
  AnswerEvent usage = Event(Kind::kUsage, "");
  usage.usage.input = 7;
  builder.On(usage);
  usage.usage = {};
  usage.usage.output = 2;
  builder.On(usage);
  builder.Finish();
  EXPECT_EQ(first.usage.input, 7);
  EXPECT_EQ(first.usage.output, 2);
  Recorded once, twice;
  Replay(first, &once);
  NeutralAnswer second;
  AnswerBuilder again(&second);
  Replay(first, &again);
  again.Finish();
  Replay(second, &twice);
  EXPECT_EQ(once.said, twice.said);
  EXPECT_NE(once.said.find(R"(hi{"token":"hi"})"), std::string::npos);
}

TEST(Settings, ANameThatTheWorkersApiLacksIsDroppedByTheClientsName) {
  constexpr SettingName kClients[] = {{Setting::kMaxTokens, "num_predict"}, {Setting::kTopK, "k"}};
  constexpr SettingName kWorkers[] = {{Setting::kMaxTokens, "max_tokens"},
                                      {Setting::kTopK, "top_k", engine::kVllm}};
  SettingValues values;
  EXPECT_TRUE(TakeSetting(kClients, "num_predict", "5", &values));
  EXPECT_TRUE(TakeSetting(kClients, "k", "40", &values));
  EXPECT_FALSE(TakeSetting(kClients, "odd", "1", &values));
  std::string json;
  std::vector<std::string> dropped;
  AppendSettings(values, kWorkers, engine::kTgi, &json, &dropped);
  EXPECT_EQ(json, R"(,"max_tokens":5)");
  EXPECT_EQ(dropped, std::vector<std::string>{"k"});
  json.clear();
  AppendSettings(values, kWorkers, engine::kVllm, &json, &dropped);
  EXPECT_EQ(json, R"(,"max_tokens":5,"top_k":40)");
}

}  // namespace
}  // namespace banto::api
