// Answers that go from one API to another and back mean what they meant, as far as both can say it.
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "answer_kit.h"
#include "capture.h"
#include "hub_trip_kit.h"
#include "proxy/api/operation.h"
#include "proxy/api/packaging.h"
#include "proxy/base/split_mix.h"

namespace banto::api {
namespace {

using Kind = AnswerEvent::Kind;

// To every other API and back, as streams, as wholes, and from one to the other.
void ExpectTheSameEverywhere(const Api& from, const Wire& wire) {
  for (const Api& to : kApis) {
    const unsigned can = Both(from.can, to.can);
    const std::string meaning = MeaningOf(from, wire, can);
    for (const bool stream : {true, false}) {
      const Wire there = Through(from, wire, to, stream);
      const Wire back = Through(to, there, from, stream);
      const std::string trip = std::string(wire.stream ? "streamed " : "whole ") + from.name +
                               " -> " + to.name + (stream ? " streamed" : " whole");
      EXPECT_EQ(MeaningOf(to, there, can), meaning) << trip << "\n" << there.bytes;
      EXPECT_EQ(MeaningOf(from, back, can), meaning) << trip << " and back\n" << back.bytes;
    }
  }
}

TEST(HubRoundTrip, EachRecordedAnswerMeansTheSameInEachOtherApiAndBack) {
  int read[std::size(kApis)] = {};
  for (const char* const engine : {"llama", "ollama", "vllm"}) {
    const std::string folder = std::string(BANTO_SOURCE_DIR) + "/tests/captures/" + engine;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
      const Capture capture =
          LoadCapture(std::string(engine) + "/" + entry.path().filename().string());
      const auto* const api = std::find_if(std::begin(kApis), std::end(kApis), [&](const Api& its) {
        return its.path == capture.path;
      });
      if (capture.method != "POST" || capture.status != 200 || api == std::end(kApis)) continue;
      if (capture.body.find("\"error\":{") != std::string::npos) continue;
      SCOPED_TRACE(entry.path().string());
      const bool stream = capture.content_type != "application/json";
      ExpectTheSameEverywhere(*api, {stream, capture.body});
      ++read[api - std::begin(kApis)];
    }
  }
  for (size_t i = 0; i < std::size(kApis); ++i)
    EXPECT_GE(read[i], i == 0 ? 30 : 4) << kApis[i].name;
}

// An answer at random, as events. Texts are characters of JSON strings.
class Speaker {
 public:
  explicit Speaker(uint64_t seed) : random_(seed) {}

  void Speak(AnswerSink* sink) {
    sink_ = sink;
    choices_.resize(Below(4) == 0 ? 2 : 1);
    for (uint64_t left = Below(9) * choices_.size(); left > 0; --left) {
      choice_ = Below(choices_.size());
      SayPart();
    }
    for (choice_ = 0; choice_ < choices_.size(); ++choice_) {
      while (!choices_[choice_].open.empty()) Argue();
      Finish();
    }
    Count();
  }

 private:
  struct OpenCall {
    int call;
    std::string arguments;  // that are still to be said
  };
  struct Choice {
    int calls = 0;
    std::vector<OpenCall> open;
  };

  void Finish() {
    AnswerEvent event;
    event.kind = Kind::kFinish;
    event.choice = static_cast<int>(choice_);
    event.reason = static_cast<FinishReason>(1 + Below(7));
    const std::string stop = "#" + Text();
    if (event.reason == FinishReason::kStopSequence) event.text = stop;
    sink_->On(event);
  }
  void Count() {
    AnswerEvent event;
    event.kind = Kind::kUsage;
    event.usage.cached = static_cast<int64_t>(Below(5));
    event.usage.cache_written = static_cast<int64_t>(Below(5));
    event.usage.input =
        event.usage.cached + event.usage.cache_written + static_cast<int64_t>(Below(99));
    event.usage.output = static_cast<int64_t>(Below(99));
    event.usage.reasoning = static_cast<int64_t>(Below(3));
    sink_->On(event);
  }

  uint64_t Below(uint64_t limit) { return random_.Next() % limit; }
  template <size_t n>
  const char* OneOf(const char* const (&all)[n]) {
    return all[Below(n)];
  }
  std::string Text() {
    static constexpr const char* kPieces[] = {
        "a",       "\u00e9",  "\\u00e9", "\\n",     "\\r\\n",         "\\\"",       "\\\\", "\\/",
        "\\u0000", "\\u2028", "\u2028",  "\u0085",  "\\ud83d\\ude00", "\U0001F600", " ",    "  ",
        "data: x", "[DONE]",  "\\n\\n",  "<think>", "</think>",       "\\t",        "{",    "}",
        "\\\"}]",  "null",    "\u007f",  "\\b\\f",  "\\ud800"};
    std::string text;
    for (uint64_t left = Below(5); left > 0; --left) text += OneOf(kPieces);
    return text;
  }
  void Say(Kind kind, const std::string& text, int call = 0) {
    AnswerEvent event;
    event.kind = kind;
    event.text = text;
    event.call = call;
    event.choice = static_cast<int>(choice_);
    if (kind == Kind::kText && Below(4) == 0)
      event.logprobs = R"({"token":"a\"","logprob":-0.5,"bytes":[97],"top_logprobs":[]})";
    sink_->On(event);
  }
  void SayPart() {
    switch (Below(8)) {
      case 0:
      case 1:
        for (uint64_t left = Below(4); left > 0; --left) Say(Kind::kText, Text());
        return;
      case 2:
        return Say(Kind::kRefusal, Text());
      case 3:
        return Think();
      case 4:
        return Say(Kind::kSealedReasoning, "c2VhbGVk" + std::to_string(Below(99)));
      case 5:
      case 6:
        return Call();
      default:
        if (!choices_[choice_].open.empty()) Argue();
    }
  }
  void Think() {
    for (uint64_t left = 1 + Below(3); left > 0; --left) Say(Kind::kReasoning, "h" + Text());
    if (Below(2) == 0) Say(Kind::kSignature, "c2lnbmVk" + std::to_string(Below(99)));
  }
  void Call() {
    static constexpr const char* kArguments[] = {"",
                                                 "{}",
                                                 R"({\"x\":1})",
                                                 R"({\"x\":\"\\\"\u00e9\"})",
                                                 R"({ \"a\" : [1, {\"b\": null}]})",
                                                 R"({\"x\":\"\\n\\u2028\"})",
                                                 "no JSON",
                                                 R"({\"x\":)",
                                                 "[1]",
                                                 R"({\"n\":1.50e3})",
                                                 "7"};
    AnswerEvent event;
    event.kind = Kind::kToolCall;
    event.call = choices_[choice_].calls++;
    event.choice = static_cast<int>(choice_);
    const std::string id = "call_" + std::to_string(event.call),
                      name = "f" + std::to_string(Below(3));
    if (Below(6) != 0) event.id = id;
    event.name = name;
    sink_->On(event);
    const std::string arguments = OneOf(kArguments);
    if (!arguments.empty()) choices_[choice_].open.push_back({event.call, arguments});
  }
  // A further piece of one of the calls that are not yet whole.
  void Argue() {
    std::vector<OpenCall>& calls = choices_[choice_].open;
    const size_t at = Below(calls.size());
    OpenCall& open = calls[at];
    size_t size = std::min<size_t>(open.arguments.size(), 1 + Below(9));
    // Not within an escape.
    while (size < open.arguments.size() && open.arguments[size - 1] == '\\') ++size;
    if (open.arguments.find("\\\\") != std::string::npos) size = open.arguments.size();
    Say(Kind::kArguments, open.arguments.substr(0, size), open.call);
    open.arguments.erase(0, size);
    if (open.arguments.empty()) calls.erase(calls.begin() + static_cast<ptrdiff_t>(at));
  }

  base::SplitMix random_;
  AnswerSink* sink_ = nullptr;
  size_t choice_ = 0;
  std::vector<Choice> choices_;
};

TEST(HubRoundTrip, WhateverAWorkerSaysMeansTheSameInEachOtherApiAndBack) {
  for (uint64_t seed = 1; seed <= 200 && !HasFailure(); ++seed) {
    SCOPED_TRACE(seed);
    NeutralAnswer answer;
    AnswerBuilder builder(&answer);
    Speaker(seed).Speak(&builder);
    builder.Finish();
    for (const Api& from : kApis) {
      const Question question;
      FrameOutput out;
      const auto writer = from.codec->write_stream(question.context(), &out);
      Speaker(seed).Speak(writer.get());
      writer->End();
      const std::string meaning = MeaningOf(answer, from.can);
      for (const Wire& wire : {Wire{true, std::string(out.bytes())},
                               Wire{false, from.codec->write_whole(question.context(), answer)}}) {
        EXPECT_EQ(MeaningOf(from, wire, from.can), meaning) << from.name << "\n" << wire.bytes;
        ExpectTheSameEverywhere(from, wire);
      }
    }
  }
}

// A translated answer is kept in the packaging in which it was first asked for.
TEST(HubRoundTrip, WhateverIsWrittenAndKeptMeansTheSameInBothPackagings) {
  int kept[std::size(kApis)] = {};
  for (uint64_t seed = 1; seed <= 300 && !HasFailure(); ++seed) {
    SCOPED_TRACE(seed);
    NeutralAnswer answer;
    AnswerBuilder builder(&answer);
    Speaker(seed).Speak(&builder);
    builder.Finish();
    for (const Api& api : kApis) {
      const OperationInfo& operation = *FindOperation("POST", api.path);
      const Packager& packager = *operation.packager;
      const Question question;
      FrameOutput out;
      const auto writer = api.codec->write_stream(question.context(), &out);
      Speaker(seed).Speak(writer.get());
      writer->End();
      const auto expected = Expect(&operation, static_cast<int>(answer.choices.size()), true);
      const std::string frames(out.bytes());
      if (ReadStream(expected, frames).verdict != Completeness::kComplete) continue;
      ++kept[&api - kApis];
      const std::string meaning = MeaningOf(answer, api.can);
      const Wire whole = {false, packager.whole(frames).value_or("")};
      EXPECT_EQ(MeaningOf(api, whole, api.can), meaning) << api.name << "\n" << frames;
      if (packager.stream == nullptr) continue;
      const Wire stream = {true, packager.stream(whole.bytes).value_or("")};
      EXPECT_EQ(MeaningOf(api, stream, api.can), meaning) << api.name << "\n" << whole.bytes;
    }
  }
  for (size_t i = 0; i < std::size(kApis); ++i) EXPECT_GT(kept[i], 20) << kApis[i].name;
}

}  // namespace
}  // namespace banto::api
