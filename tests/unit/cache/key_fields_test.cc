#include "cache/key_fields.h"

#include <gtest/gtest.h>

#include <string>

#include "proxy/api/ollama/ollama.h"
#include "proxy/api/openai/openai.h"
#include "proxy/api/plain/plain.h"

namespace banto::cache {
namespace {

namespace ollama = api::ollama;
namespace openai = api::openai;
namespace plain = api::plain;

// The reason, or "" for none.
std::string Reason(std::string_view body, const api::Dialect& dialect = openai::kDialect) {
  json::JsonScan scan;
  scan.Scan(body);
  const char* const reason = BypassReasonOf(scan, dialect);
  return reason != nullptr ? reason : "";
}

std::string Chat(std::string_view part) {
  return R"({"messages":[{"role":"user","content":[)" + std::string(part) + R"(]}],"model":"m"})";
}

bool Ignores(const api::Dialect& dialect, std::string_view body, std::string_view other) {
  const auto key = [&dialect](std::string_view text) {
    json::JsonScan scan;
    scan.Scan(text);
    return KeyOfJsonRequest({}, scan, dialect.ignored);
  };
  return key(body) == key(other);
}

TEST(KeyFields, FieldsThatCannotChangeTheAnswerAreIgnored) {
  for (const char* const name : {"user",
                                 "metadata",
                                 "safety_identifier",
                                 "service_tier",
                                 "store",
                                 "prompt_cache_key",
                                 "prompt_cache_retention",
                                 "prompt_cache_options",
                                 "priority",
                                 "request_id",
                                 "rid",
                                 "extra_key",
                                 "custom_labels",
                                 "cache_prompt",
                                 "id_slot",
                                 "keep_alive",
                                 "data_parallel_rank",
                                 "routed_dp_rank",
                                 "stream",
                                 "stream_options",
                                 "encoding_format"}) {
    EXPECT_TRUE(Ignores(openai::kDialect, "{\"prompt\":\"x\",\"" + std::string(name) + "\":\"y\"}",
                        R"({"prompt":"x"})"))
        << name;
  }
}

TEST(KeyFields, OllamaIgnoresFewerFieldsAndKeepsOptions) {
  EXPECT_TRUE(Ignores(ollama::kDialect, R"({"prompt":"x","keep_alive":"5m","stream":false})",
                      R"({"prompt":"x"})"));
  EXPECT_FALSE(Ignores(ollama::kDialect, R"({"prompt":"x","options":{"seed":1}})",
                       R"({"prompt":"x","options":{"seed":2}})"));
}

TEST(KeyFields, PlainAppsKeepEveryField) {
  EXPECT_FALSE(Ignores(plain::kDialect, R"({"user":"a"})", R"({"user":"b"})"));
  EXPECT_EQ(Reason(R"({"store":true})", plain::kDialect), "");
}

TEST(KeyFields, NestedNamesakesAreNotIgnored) {
  EXPECT_FALSE(Ignores(openai::kDialect, R"({"x":{"user":"a"}})", R"({"x":{"user":"b"}})"));
}

TEST(BypassReason, StatefulRequestsBypass) {  // K15
  for (const char* const name :
       {"store", "previous_response_id", "background", "conversation", "container",
        "web_search_options", "session_id", "session_params", "kv_transfer_params", "moderation"}) {
    EXPECT_EQ(Reason("{\"" + std::string(name) + "\":true}"), name);
    EXPECT_EQ(Reason("{\"" + std::string(name) + "\":{}}"), name);
    EXPECT_EQ(Reason("{\"" + std::string(name) + "\":false}"), "") << name;
    EXPECT_EQ(Reason("{\"" + std::string(name) + "\":null}"), "") << name;
  }
  EXPECT_EQ(Reason(R"({"bootstrap_host":"h"})"), "bootstrap");
  EXPECT_EQ(Reason(R"({"prompt":{"id":"pmpt_1"}})"), "prompt_template");
}

TEST(BypassReason, OddSpellingsOfKeysDoNotSlipThrough) {
  EXPECT_EQ(Reason(R"({"\u0073tore":true})"), "store");
  EXPECT_EQ(Reason(R"({"Store":true})"), "store");
  EXPECT_EQ(Reason(R"({"prompt":"x","Keep_Alive":0})", ollama::kDialect), "keep_alive_zero");
}

TEST(BypassReason, OrdinaryRequestsDoNotBypass) {
  EXPECT_EQ(
      Reason(R"({"model":"m","messages":[{"role":"user","content":"see http://a.example"}]})"), "");
  EXPECT_EQ(Reason(R"({"model":"m","prompt":"store: true, image_url\":\"http://x"})"), "");
  EXPECT_EQ(Reason(R"({"model":"m","messages":[{"content":"hi"}]})", ollama::kDialect), "");
  EXPECT_EQ(Reason(R"({"model":"m","input":["a"]})", ollama::kDialect), "");
}

TEST(BypassReason, RemoteContentBypasses) {
  for (const char* const url :
       {"http://a/b.png", "https://a/b.png", "HTTPS://a/b.png", "file:///etc/passwd", "gs://a/b",
        " https://a/b.png", "//a/b.png", ""}) {
    EXPECT_EQ(
        Reason(Chat(R"({"type":"image_url","image_url":{"url":")" + std::string(url) + R"("}})")),
        "remote_content")
        << url;
    EXPECT_EQ(Reason(Chat(R"({"type":"input_image","image_url":")" + std::string(url) + R"("})")),
              "remote_content")
        << url;
  }
  EXPECT_EQ(Reason(Chat(R"({"type":"audio_url","audio_url":{"url":"http://a"}})")),
            "remote_content");
  EXPECT_EQ(Reason(Chat(R"({"type":"video_url","video_url":{"url":"http://a"}})")),
            "remote_content");
  EXPECT_EQ(Reason(Chat(R"({"image_url":{"\u0075rl":"http://a"}})")), "remote_content");
  EXPECT_EQ(Reason(Chat(R"({"Image_URL":{"URL":"http://a"}})")), "remote_content");
  EXPECT_EQ(Reason(R"({"image_url":"http://a"})"), "remote_content");
  EXPECT_EQ(Reason(R"({"text":"x","image_data":"http://a"})"), "remote_content");
}

TEST(BypassReason, OneRemoteImageAmongManyIsFound) {
  const std::string data =
      R"({"image_url":{"url":"data:image/png;base64,)" + std::string(5000, 'A') + "\"}},";
  EXPECT_EQ(Reason(Chat(data + data + R"({"image_url":{"url":"https://a"}})")), "remote_content");
  EXPECT_EQ(Reason(Chat(data + data + R"({"text":"https://a"})")), "");
}

TEST(BypassReason, DataUrlsAndDescriptionsDoNotBypass) {
  EXPECT_EQ(Reason(Chat(R"({"image_url":{"url":"data:image/png;base64,AA","detail":"low"}})")), "");
  EXPECT_EQ(Reason(Chat(R"({"image_url":{"url":"DATA:image/png;base64,AA"}})")), "");
  EXPECT_EQ(Reason(Chat(R"({"text":"\"url\":\"http://a\""})")), "");
  EXPECT_EQ(Reason(R"({"tools":[{"type":"function","function":{"parameters":{"properties":
                       {"url":{"type":"string"},"default_url":"http://a"}}}}]})"),
            "");
}

TEST(BypassReason, ServerToolsBypass) {
  for (const char* const type :
       {"web_search", "web_search_20250305", "file_search", "code_interpreter", "mcp"}) {
    EXPECT_EQ(Reason(R"({"tools":[{"type":")" + std::string(type) + R"("}]})"), "server_tool")
        << type;
  }
}

TEST(BypassReason, OllamaLoadsAndUnloadsBypass) {
  const auto reason = [](std::string_view body) { return Reason(body, ollama::kDialect); };
  for (const char* const body :
       {R"({"model":"m"})", R"({"model":"m","prompt":""})", R"({"model":"m","prompt":null})",
        R"({"model":"m","messages":[]})", R"({"model":"m","input":[]})"}) {
    EXPECT_EQ(reason(body), "empty_prompt") << body;
  }
  for (const char* const zero : {"0", "0.0", "-0", "\"0\"", "\"0s\"", "\"0h0m\""}) {
    EXPECT_EQ(reason("{\"prompt\":\"x\",\"keep_alive\":" + std::string(zero) + "}"),
              "keep_alive_zero")
        << zero;
  }
  for (const char* const kept : {"-1", "\"5m\"", "\"10s\"", "300", "null"}) {
    EXPECT_EQ(reason("{\"prompt\":\"x\",\"keep_alive\":" + std::string(kept) + "}"), "") << kept;
  }
  EXPECT_EQ(reason(R"({"prompt":"x","context":[1,2]})"), "context");
  EXPECT_EQ(reason(R"({"prompt":"x","context":[]})"), "");
}

TEST(BypassReason, AmbiguousBodiesBypass) {
  EXPECT_EQ(Reason(R"({"a":1,"a":2})"), "duplicate_key");
  EXPECT_EQ(Reason("{"), "malformed");
  EXPECT_EQ(Reason("[]"), "not_object");
  EXPECT_EQ(Reason(R"({"a":"\ud800"})"), "bad_utf8");
}

}  // namespace
}  // namespace banto::cache
