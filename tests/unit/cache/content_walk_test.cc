// Messages that refer to content instead of including it, as spelt by many APIs, and messages that
// only look like it.
#include "cache/content_walk.h"

#include <gtest/gtest.h>

#include <string>

#include "cache/key_fields.h"
#include "proxy/api/openai/openai.h"

namespace banto::cache {
namespace {

std::string Reason(std::string_view body) {
  json::JsonScan scan;
  scan.Scan(body);
  const char* const reason = BypassReasonOf(scan, api::openai::kDialect);
  return reason != nullptr ? reason : "";
}

// One part next to a question.
std::string Part(std::string_view part) {
  return R"({"messages":[{"role":"user","content":[{"type":"text","text":"what is it?"},)" +
         std::string(part) + R"(]}],"model":"m"})";
}

// One message after a question.
std::string Message(std::string_view message) {
  return R"({"messages":[{"role":"user","content":"what is it?"},)" + std::string(message) +
         R"(],"model":"m"})";
}

TEST(ContentWalk, PartsThatReferToTheirContentBypass) {
  for (
      const char* const part :
      {R"({"type":"image_url","image_url":null,"uuid":"cat-1"})",
       R"({"type":"image_url","image_url":{},"uuid":"cat-1"})",
       R"({"type":"image_url","image_url":{"detail":"low"},"uuid":"cat-1"})",
       R"({"type":"video_url","uuid":"v"})",
       R"({"type":"input_audio","input_audio":{"id":"a"}})",
       R"({"type":"image","image":"https://a/cat.png"})",
       R"({"type":"image","image":"s3://bucket/cat"})",
       R"({"type":"image","image":"cat.png"})",
       R"({"type":"image","image":" HTTPS://a/cat.png"})",
       R"({"type":"image","anything":"gs://a/cat"})",
       R"({"type":"image","picture":["data:image/png;base64,AA","ftp://a/b"]})",
       R"({"type":"video","video":["https:\/\/a\/1.png"]})",
       R"({"type":"image","source":{"type":"url","url":"https://a"}})",
       R"({"type":"image","source":"https://a"})",
       R"({"type":"image","source":{"type":"file","file_id":"file_1"}})",
       R"({"type":"document","source":{"type":"content","content":[{"type":"image","source":{"type":"url","url":"https://a"}}]}})",
       R"({"fileData":{"fileUri":"https://a","mimeType":"image/png"}})",
       R"({"type":"input_file","file_url":"https://a"})",
       R"({"type":"file","file":{"file_id":"file-1"}})",
       R"({"type":"file","file":{"filename":"a.pdf","id":"file-1"}})",
       R"({"type":"file","file":"file-1"})",
       R"({"type":"file","fileUrls":["a"]})",
       R"({"type":"image","image_id":"img_1"})",
       R"({"type":"image","id":"img_1"})",
       R"({"type":"image","id":7})",
       R"({"type":"image","ref":"img_1"})",
       R"({"type":"item_reference","id":"msg_1"})",
       R"({"type":"image","path":"/srv/cat"})"}) {
    EXPECT_EQ(Reason(Part(part)), "remote_content") << part;
  }
}

TEST(ContentWalk, MessagesThatReferToTheirContentBypass) {
  for (
      const char* const message :
      {R"({"role":"assistant","audio":{"id":"audio_1"}})",
       R"({"role":"assistant","audio":{"expires_at":1,"id":"audio_1"},"content":null})",
       R"({"role":"user","content":"read it","file_ids":["file-1"]})",
       R"({"role":"user","content":"read it","fileIds":["file-1"]})",
       R"({"role":"user","content":"read it","image_ids":[1]})",
       R"({"role":"user","content":"read it","attachments":["a"]})",
       R"({"role":"user","content":"read it","attachments":[{"file_id":"f","tools":[]}]})",
       R"({"role":"user","content":"read it","attachments":[{"id":"f","name":"a.pdf"}]})",
       R"({"role":"user","content":"read it","files":[{"type":"file","id":"f"}]})",
       R"({"role":"user","content":"look","images":["https://a/cat.png"]})",
       R"({"role":"user","id":"msg_1"})", R"({"type":"reasoning","id":"rs_1","summary":[]})",
       R"({"role":"tool","tool_call_id":"c","content":[{"type":"image_url","image_url":{"url":"https://a"}}]})",
       R"({"role":"system","content":"x","tools":[{"type":"web_search"}]})"}) {
    EXPECT_EQ(Reason(Message(message)), "remote_content") << message;
  }
  EXPECT_EQ(Reason(R"({"input":[{"image":"https://a/cat.png"},"a text"],"model":"m"})"),
            "remote_content");
  EXPECT_EQ(Reason(R"({"prompt":"look","images":["https://a/cat.png"],"model":"m"})"),
            "remote_content");
}

TEST(ContentWalk, TextsWithAddressesDoNotBypass) {
  for (const char* const message :
       {R"({"role":"user","content":"https://a/cat.png"})",
        R"({"role":"user","content":[{"type":"text","text":"https://a/cat.png"}]})",
        R"({"role":"user","content":["https://a/cat.png"]})",
        R"({"role":"tool","tool_call_id":"c","content":"https://a"})",
        R"({"role":"assistant","content":"","reasoning_content":"https://a"})",
        R"({"role":"user","content":"x","note":"note: see https://a"})"}) {
    EXPECT_EQ(Reason(Message(message)), "") << message;
  }
  EXPECT_EQ(Reason(R"({"input":["https://a","file://b"],"model":"m"})"), "");
  EXPECT_EQ(Reason(R"({"prompt":"https://a","model":"m"})"), "");
  EXPECT_EQ(Reason(R"({"prompt":[[1,2],[3]],"model":"m"})"), "");
}

TEST(ContentWalk, IncludedContentDoesNotBypass) {
  const std::string base64(400, 'A');
  for (
      const std::string& part :
      {R"({"type":"image_url","image_url":{"url":"data:image/png;base64,AA"},"uuid":"cat-1"})" +
           std::string(),
       R"({"type":"image","image":"data:image/png;base64,AA"})" + std::string(),
       R"({"type":"image","image":"/9j/)" + base64 + "\"}",
       R"({"type":"image","image":"//uQ)" + base64 + "\"}",
       R"({"type":"input_audio","input_audio":{"data":")" + base64 + R"(","format":"wav"}})",
       R"({"type":"image","source":{"type":"base64","media_type":"image/png","data":")" + base64 +
           R"("},"cache_control":{"type":"ephemeral"}})",
       R"({"type":"file","file":{"filename":"a.pdf","file_data":"data:application/pdf;base64,AA"}})" +
           std::string(),
       R"({"inlineData":{"mimeType":"image/png","data":")" + base64 + "\"}}",
       R"({"type":"document","id":"d","title":"https://a","source":{"type":"text","data":"words"}})" +
           std::string()}) {
    EXPECT_EQ(Reason(Part(part)), "") << part;
  }
  EXPECT_EQ(Reason(Message(R"({"role":"user","content":"look","images":[")" + base64 + "\"]}")),
            "");
}

TEST(ContentWalk, ConversationsOfAgentsDoNotBypass) {
  for (
      const char* const message :
      {R"({"role":"assistant","content":null,"tool_calls":[{"id":"call_1","type":"function","function":{"name":"fetch","arguments":"{\"url\":\"https://a\"}"}}]})",
       R"({"role":"assistant","tool_calls":[{"function":{"name":"fetch","arguments":{"url":"https://a"}}}]})",
       R"({"role":"assistant","content":[{"type":"tool_use","id":"toolu_1","name":"fetch","input":{"url":"https://a","id":"x"}}]})",
       R"({"role":"assistant","content":[{"type":"tool_use","id":"toolu_1","name":"now","input":{}}]})",
       R"({"role":"user","content":[{"type":"tool_result","tool_use_id":"toolu_1"}]})",
       R"({"role":"tool","tool_call_id":"call_1","content":""})",
       R"({"role":"assistant","id":"msg_1","content":"yes","refusal":null})",
       R"({"role":"assistant","id":"msg_1","content":""})",
       R"({"type":"function_call","id":"fc_1","call_id":"c","name":"f","arguments":"{}"})",
       R"({"type":"function_call_output","call_id":"c","output":"https://a"})",
       R"({"role":"assistant","content":"yes","annotations":[{"type":"url_citation","url_citation":{"url":"https://a"}}]})",
       R"({"role":"assistant","content":[{"type":"thinking","thinking":"hm","signature":"abc"}]})",
       R"({"role":"user","name":"bob","content":"x","metadata":{"url":"https://a"}})"}) {
    EXPECT_EQ(Reason(Message(message)), "") << message;
  }
}

TEST(ContentWalk, SchemasMayNameTheirVocabulary) {
  EXPECT_EQ(Reason(R"({"messages":[{"role":"user","content":"x"}],"response_format":{"json_schema":
      {"schema":{"$id":"https://a","$schema":"https://json-schema.org/draft","properties":{"u":{"format":"uri"}}}}}})"),
            "");
}

TEST(ContentWalk, ExcessiveNestingBypasses) {
  const auto deep = [](size_t levels) {
    return Message(R"({"role":"user","tool_calls":[{"id":"c","function":)" +
                   std::string(levels, '[') + std::string(levels, ']') + "}]}");
  };
  EXPECT_EQ(Reason(deep(60)), "");
  EXPECT_EQ(Reason(deep(100)), "remote_content");
}

TEST(ContentWalk, NamesOfBuiltInFunctionsBypass) {
  EXPECT_EQ(Reason(R"({"prompt":"x","functions":[{"name":"$web_search"}]})"), "server_tool");
  EXPECT_EQ(Reason(R"({"prompt":"x","functions":[{"name":"f"},"web_search"]})"), "server_tool");
  EXPECT_EQ(Reason(R"({"prompt":"x","functions":[{"name":"f","parameters":{"url":"https://a"}}]})"),
            "");
  EXPECT_EQ(Reason(R"({"prompt":"x","functions":[]})"), "");
}

}  // namespace
}  // namespace banto::cache
