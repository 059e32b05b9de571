#include "proxy/api/request_facts.h"

#include <gtest/gtest.h>

#include <string>

namespace banto::api {
namespace {

RequestFacts Read(const char* path, const std::string& body) {
  json::JsonScan scan;
  scan.Scan(body);
  return ReadRequestFacts(*FindOperation("POST", path), scan);
}
RequestFacts Chat(const std::string& body) { return Read("/v1/chat/completions", body); }
RequestFacts Ollama(const std::string& body) { return Read("/api/chat", body); }

TEST(RequestFacts, ModelHasItsEscapesResolved) {
  EXPECT_EQ(Chat(R"({"model":"a\/b\u00e9"})").model, "a/bé");
  EXPECT_EQ(Chat(R"({"model":7})").model, "");
  EXPECT_EQ(Chat("{}").model, "");
  EXPECT_EQ(Read("/api/show", R"({"name":"gemma"})").model, "gemma");
}

TEST(RequestFacts, OnlyTrueAsksOpenAiForAStream) {
  EXPECT_TRUE(Chat(R"({"stream":true})").stream);
  for (const char* body : {"{}", R"({"stream":false})", R"({"stream":null})", R"({"stream":1})"}) {
    EXPECT_FALSE(Chat(body).stream) << body;
  }
}

TEST(RequestFacts, OllamaStreamsUnlessToldNotTo) {
  EXPECT_TRUE(Ollama("{}").stream);
  EXPECT_TRUE(Ollama(R"({"stream":null})").stream);
  EXPECT_FALSE(Ollama(R"({"stream":false})").stream);
  EXPECT_FALSE(Read("/api/embed", "{}").stream);
}

TEST(RequestFacts, TemperatureZeroOrASeedIsNotSampled) {
  EXPECT_TRUE(Chat("{}").sampled);
  EXPECT_TRUE(Chat(R"({"temperature":0.1,"seed":null})").sampled);
  EXPECT_TRUE(Chat(R"({"seed":-1})").sampled);
  EXPECT_FALSE(Chat(R"({"temperature":0.0})").sampled);
  EXPECT_FALSE(Chat(R"({"temperature":1,"seed":7})").sampled);
  EXPECT_FALSE(Ollama(R"({"options":{"temperature":0}})").sampled);
  EXPECT_TRUE(Ollama(R"({"temperature":0})").sampled);
}

TEST(RequestFacts, ChoicesAreNTimesPrompts) {
  EXPECT_EQ(Chat(R"({"n":3})").expectations.choices, 3);
  EXPECT_EQ(Chat(R"({"n":null})").expectations.choices, 1);
  EXPECT_EQ(Chat(R"({"n":-2})").expectations.choices, 1);
  const auto completions = [](const char* body) {
    return Read("/v1/completions", body).expectations.choices;
  };
  EXPECT_EQ(completions(R"({"prompt":"a","n":2})"), 2);
  EXPECT_EQ(completions(R"({"prompt":["a","b"],"n":2})"), 4);
  EXPECT_EQ(completions(R"({"prompt":[1,2,3]})"), 1);
  EXPECT_EQ(completions(R"({"prompt":[[1,2],[3]]})"), 2);
  EXPECT_EQ(completions(R"({"prompt":[]})"), 1);
  EXPECT_EQ(completions(R"({"n":999999999999,"prompt":["a","b"]})"), 1 << 20);
}

TEST(RequestFacts, EmbeddingsCountTheirInputs) {
  const auto inputs = [](const char* body) {
    return Read("/v1/embeddings", body).expectations.choices;
  };
  EXPECT_EQ(inputs(R"({"input":"a"})"), 1);
  EXPECT_EQ(inputs(R"({"input":["a","b","c"]})"), 3);
  EXPECT_EQ(inputs(R"({"input":[1,2,3]})"), 1);
  EXPECT_EQ(inputs(R"({"input":[[1],[2]]})"), 2);
  EXPECT_EQ(Read("/api/embed", R"({"input":["a","b"]})").expectations.choices, 2);
  EXPECT_EQ(Read("/api/embeddings", R"({"prompt":"a"})").expectations.choices, 1);
}

TEST(RequestFacts, ALimitIsOneThatTheRequestSet) {
  EXPECT_TRUE(Chat(R"({"max_tokens":5})").expectations.limit_set);
  EXPECT_TRUE(Chat(R"({"max_completion_tokens":5})").expectations.limit_set);
  EXPECT_TRUE(Ollama(R"({"options":{"num_predict":5}})").expectations.limit_set);
  for (const char* body : {"{}", R"({"max_tokens":0})", R"({"max_tokens":null})",
                           R"({"max_tokens":-1})", R"({"max_tokens":"many"})"}) {
    EXPECT_FALSE(Chat(body).expectations.limit_set) << body;
  }
  EXPECT_FALSE(Ollama(R"({"options":{"num_predict":-1}})").expectations.limit_set);
}

TEST(RequestFacts, UsageIsOnlyAskedForOfAStream) {
  const char* options = R"("stream_options":{"include_usage":true}})";
  EXPECT_TRUE(Chat(std::string(R"({"stream":true,)") + options).expectations.usage_requested);
  EXPECT_FALSE(Chat(std::string("{") + options).expectations.usage_requested);
}

TEST(RequestFacts, OllamasLoadsAndUnloadsAreKnown) {
  for (const char* body :
       {R"({"model":"m"})", R"({"prompt":""})", R"({"prompt":null})", R"({"prompt":[ ]})",
        R"({"prompt":{ }})", R"({"prompt":"a","keep_alive":0})",
        R"({"prompt":"a","keep_alive":"0"})", R"({"prompt":"a","keep_alive":"0s"})"}) {
    EXPECT_TRUE(Read("/api/generate", body).load_or_unload) << body;
  }
  for (const char* body :
       {R"({"prompt":"a"})", R"({"prompt":"a","keep_alive":-1})",
        R"({"prompt":"a","keep_alive":"30m"})", R"({"prompt":"a","keep_alive":"0h5m"})",
        R"({"prompt":"a","keep_alive":{"a":0}})", R"({"prompt":[" "]})", R"({"prompt":{"a":0}})",
        R"({"prompt":0})", R"({"prompt":" "})"}) {
    EXPECT_FALSE(Read("/api/generate", body).load_or_unload) << body;
  }
  EXPECT_TRUE(Ollama(R"({"messages":[]})").load_or_unload);
  EXPECT_FALSE(Ollama(R"({"messages":[{"role":"user"}]})").load_or_unload);
  EXPECT_TRUE(Read("/api/embed", R"({"input":"a","keep_alive":0})").load_or_unload);
  EXPECT_FALSE(Read("/api/embed", R"({"input":"a"})").load_or_unload);
  EXPECT_FALSE(Chat("{}").load_or_unload);
}

TEST(RequestFacts, PackagingTellsApartWhatNoEntryCanAnswerBothWays) {
  const std::string_view usage = R"("stream_options":{ "include_usage" : true )";
  for (const std::string& body :
       {std::string("{}"), std::string(R"({"stream":false,"stream_options":null})"),
        std::string(R"({"stream":true})"), R"({"stream":true,)" + std::string(usage) + "}}",
        std::string(R"({"stream":true,"stream_options":{"include_usage":false}})")}) {
    EXPECT_EQ(Chat(body).packaging, "") << body;
  }
  const std::string odd = R"({"stream":true,)" + std::string(usage) + R"(,"x":1}})";
  EXPECT_NE(Chat(odd).packaging, "");
  EXPECT_NE(Chat(R"({"stream":false,)" + std::string(usage) + "}}").packaging, "");
  EXPECT_NE(Chat(R"({"stream":false,)" + std::string(usage) + R"(,"x":1}})").packaging,
            Chat(odd).packaging);
  EXPECT_NE(Chat(R"({"stream":1})").packaging, "");
  EXPECT_EQ(Read("/v1/embeddings", R"({"encoding_format":"float"})").packaging, "");
  EXPECT_EQ(Read("/v1/embeddings", R"({"encoding_format":"base64"})").packaging, "base64");
}

// Where usage can be asked for, with what stands there marked.
std::string SpotIn(const std::string& body) {
  const std::string_view spot = Chat(body).usage_spot;
  if (spot.data() == nullptr) return "";
  const auto at = static_cast<size_t>(spot.data() - body.data());
  return body.substr(0, at) + "<" + std::string(spot) + ">" + body.substr(at + spot.size());
}

TEST(RequestFacts, UsageCanBeAskedForWhereAStreamDoesNot) {
  EXPECT_EQ(SpotIn(R"( { "stream":true})"), R"( { <>"stream":true})");
  EXPECT_EQ(SpotIn(R"({"stream_options" : null,"stream":true})"),
            R"({"stream_options" : <null>,"stream":true})");
  EXPECT_EQ(SpotIn(R"({"stream":true,"stream_options":{}})"),
            R"({"stream":true,"stream_options":<{}>})");
  EXPECT_EQ(SpotIn(R"({"stream":true,"stream_options":{"include_usage": false}})"),
            R"({"stream":true,"stream_options":<{"include_usage": false}>})");
  for (const char* body :
       {R"({"stream":false})", R"({})",
        R"({"stream":true,"stream_options":{"include_usage":true}})",
        R"({"stream":true,"stream_options":{"include_obfuscation":false}})",
        R"({"stream":true,"Stream_Options":{}})", R"({"stream":true,"stream":true})"}) {
    EXPECT_EQ(SpotIn(body), "") << body;
  }
}

TEST(RequestFacts, ABodyThatIsNoObjectHasNone) {
  for (const char* body : {"", "[]", "{\"model\":\"x\"", "null"}) {
    EXPECT_EQ(Chat(body).expectations.choices, 1) << body;
  }
}

}  // namespace
}  // namespace banto::api
