// How the body affects the key, by the letters of the trap list (llm-gateways.md §4 K).
#include "cache/cache_key.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "cache/key_fields.h"
#include "tests/unit/cache/key_support.h"

namespace banto::cache {
namespace {

TEST(CacheKeyBody, OrderSpaceAndEscapesDoNotMatter) {  // K1
  const std::string want = Key(
      R"({"messages":[{"role":"user","content":"é"}],"tools":[{"a":1,"b":{"c":2,"d":3}}],"seed":1})");
  EXPECT_EQ(want, Key(R"( { "seed" : 1 , "tools" : [ { "b" : { "d":3, "c":2 }, "a" : 1 } ] ,
                          "messages" : [ { "content" : "\u00e9" , "r\u006fle" : "user" } ] } )"));
}

TEST(CacheKeyBody, ArrayOrderCaseAndSpaceInStringsMatter) {  // K1
  const std::set<std::string> keys = {
      Key(R"({"stop":["a","b"]})"),    Key(R"({"stop":["b","a"]})"),
      Key(R"({"prompt":"Fix ABC"})"),  Key(R"({"prompt":"fix abc"})"),
      Key(R"({"prompt":"fix abc "})"), Key(R"({"prompt":" fix abc"})")};
  EXPECT_EQ(keys.size(), 6U);
}

TEST(CacheKeyBody, NumbersCountAsSpelt) {  // K1, K8, K9, K16
  const std::set<std::string> keys = {Key(R"({"seed":9007199254740992})"),
                                      Key(R"({"seed":9007199254740993})"),
                                      Key(R"({"temperature":0.7001})"),
                                      Key(R"({"temperature":0.7004})"),
                                      Key(R"({"temperature":0})"),
                                      Key(R"({})"),
                                      Key(R"({"temperature":null})"),
                                      Key(R"({"n":1})"),
                                      Key(R"({"n":2})"),
                                      Key(R"({"seed":1})")};
  EXPECT_EQ(keys.size(), 10U);
}

TEST(CacheKeyBody, ValuesCannotForgeFields) {  // K2
  const std::set<std::string> keys = {
      Key(R"({"a":"x","b":"y"})"),        Key(R"({"a":"x\",\"b\":\"y"})"),
      Key(R"({"a":"x","b":"y","c":""})"), Key(R"({"ab":"xy"})"),
      Key(R"({"a":{"b":"y"}})"),          Key(R"({"a":["b","y"]})"),
      Key(R"({"a":"xb","":"y"})"),        Key(R"({"a":1,"b":"1"})"),
      Key(R"({"a":"1","b":1})"),          Key(R"({"a\",\"b":"x"})")};
  EXPECT_EQ(keys.size(), 10U);
}

TEST(CacheKeyBody, EveryFieldChangesTheKey) {  // K4
  std::set<std::string> keys = {Key(With(""))};
  size_t fields = 1;
  for (const char* const name : {"tools",
                                 "tool_choice",
                                 "parallel_tool_calls",
                                 "functions",
                                 "function_call",
                                 "response_format",
                                 "guided_json",
                                 "guided_regex",
                                 "guided_choice",
                                 "guided_grammar",
                                 "structured_outputs",
                                 "grammar",
                                 "json_schema",
                                 "regex",
                                 "ebnf",
                                 "format",
                                 "chat_template",
                                 "chat_template_kwargs",
                                 "reasoning_effort",
                                 "reasoning",
                                 "think",
                                 "thinking",
                                 "enable_thinking",
                                 "verbosity",
                                 "seed",
                                 "stop",
                                 "stop_token_ids",
                                 "stop_regex",
                                 "n",
                                 "best_of",
                                 "use_beam_search",
                                 "length_penalty",
                                 "logprobs",
                                 "top_logprobs",
                                 "n_probs",
                                 "prompt_logprobs",
                                 "logit_bias",
                                 "bad_words",
                                 "allowed_token_ids",
                                 "top_k",
                                 "top_p",
                                 "min_p",
                                 "typical_p",
                                 "mirostat",
                                 "temperature",
                                 "repetition_penalty",
                                 "presence_penalty",
                                 "frequency_penalty",
                                 "repeat_penalty",
                                 "repeat_last_n",
                                 "num_ctx",
                                 "num_predict",
                                 "n_predict",
                                 "num_keep",
                                 "shift",
                                 "options",
                                 "lora",
                                 "lora_path",
                                 "adapter_id",
                                 "truncate_prompt_tokens",
                                 "truncate",
                                 "max_tokens",
                                 "max_completion_tokens",
                                 "max_new_tokens",
                                 "min_tokens",
                                 "ignore_eos",
                                 "modalities",
                                 "audio",
                                 "prediction",
                                 "documents",
                                 "mm_processor_kwargs",
                                 "add_generation_prompt",
                                 "continue_final_message",
                                 "add_special_tokens",
                                 "echo",
                                 "suffix",
                                 "template",
                                 "raw",
                                 "system",
                                 "dimensions",
                                 "normalize",
                                 "input_type",
                                 "prompt_name",
                                 "task",
                                 "input",
                                 "prompt",
                                 "logits_processors",
                                 "vllm_xargs",
                                 "custom_logit_processor",
                                 "custom_params",
                                 "return_token_ids",
                                 "include_reasoning",
                                 "separate_reasoning",
                                 "reasoning_format",
                                 "cache_salt",
                                 "return_progress",
                                 "timings_per_token",
                                 "a_field_of_the_future"}) {
    for (const char* const value : {"1", "true", "null", "\"x\"", "{}"}) {
      keys.insert(Key(With("\"" + std::string(name) + "\":" + value + ",")));
      ++fields;
    }
  }
  EXPECT_EQ(keys.size(), fields);
}

TEST(CacheKeyBody, MessagePartsChangeTheKey) {  // K5, K6
  const char* const messages[] = {
      R"([])",
      R"([{"role":"user","content":"a"}])",
      R"([{"role":"system","content":"a"}])",
      R"([{"role":"user","content":"a","name":"x"}])",
      R"([{"role":"user","content":null}])",
      R"([{"role":"user","content":""}])",
      R"([{"role":"user"}])",
      R"([{"role":"system","content":"s"},{"role":"user","content":"a"}])",
      R"([{"role":"user","content":"a"},{"role":"assistant","content":"b"},{"role":"user","content":"a"}])",
      R"([{"role":"tool","content":"a","tool_call_id":"1"}])",
      R"([{"role":"tool","content":"a","tool_call_id":"2"}])",
      R"([{"role":"assistant","tool_calls":[{"id":"1","function":{"name":"f","arguments":"{}"}}]}])",
      R"([{"role":"assistant","tool_calls":[{"id":"1","function":{"name":"g","arguments":"{}"}}]}])",
      R"([{"role":"user","content":[{"type":"text","text":"a"},{"type":"text","text":"b"}]}])",
      R"([{"role":"user","content":[{"type":"text","text":"b"},{"type":"text","text":"a"}]}])",
      R"([{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:image/png;base64,AA"}}]}])",
      R"([{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:image/png;base64,AB"}}]}])",
      R"([{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:image/png;base64,AA","detail":"low"}}]}])",
      R"([{"role":"user","content":[{"type":"input_audio","input_audio":{"data":"AA","format":"wav"}}]}])",
  };
  std::set<std::string> keys;
  for (const char* const value : messages)
    keys.insert(Key(R"({"messages":)" + std::string(value) + "}"));
  EXPECT_EQ(keys.size(), std::size(messages));
}

TEST(CacheKeyBody, RoutedModelReplacesTheBodysModel) {  // K7
  EXPECT_EQ(Key(R"({"model":"alias","prompt":"x"})"),
            Key(R"({"model":"llama-3.1-70b","prompt":"x"})"));
  EXPECT_EQ(Key(R"({"model":"alias","prompt":"x"})"), Key(R"({"prompt":"x"})"));
  EXPECT_NE(Key(R"({"Model":"alias","prompt":"x"})"), Key(R"({"prompt":"x"})"));
}

TEST(CacheKeyBody, AmbiguousBodiesHaveNoKey) {  // K8
  const std::string deep = std::string(100000, '[') + std::string(100000, ']');
  for (const std::string& body : {std::string(R"({"a":1,"a":2})"),
                                  std::string(R"({"a":{"b":1,"b":2}})"), std::string("{\"a\":NaN}"),
                                  std::string("{\"a\":\"\xFF\"}"), std::string(R"({"a":"\ud800"})"),
                                  std::string("[]"), std::string(""), "{\"a\":" + deep + "}"}) {
    EXPECT_EQ(Key(body), "") << body.substr(0, 40);
  }
}

TEST(CacheKeyBody, PackagingIsTheCallersPart) {  // K10
  const std::string want = Key(With(""));
  for (const char* const member :
       {R"("stream":true,)", R"("stream":false,)", R"("stream":null,)", R"("stream":0,)",
        R"("stream_options":{"include_usage":true},)", R"("encoding_format":"base64",)"}) {
    EXPECT_EQ(Key(With(member)), want) << member;
  }
  KeyContext whole = kContext;
  whole.packaging = "";
  EXPECT_NE(Key(With(R"("stream":true,)"), whole), want);
}

}  // namespace
}  // namespace banto::cache
