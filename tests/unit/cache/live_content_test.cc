// Requests for live content as spelt by the providers that offer it.
#include "cache/live_content.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "cache/key_fields.h"
#include "cache/tool_list.h"
#include "proxy/api/ollama/ollama.h"
#include "proxy/api/openai/openai.h"

namespace banto::cache {
namespace {

std::string Reason(std::string_view body, std::span<const std::string> more = {},
                   const api::Dialect& dialect = api::openai::kDialect) {
  json::JsonScan scan;
  scan.Scan(body);
  const char* const reason = BypassReasonOf(scan, dialect, more);
  return reason != nullptr ? reason : "";
}

std::string With(std::string_view member) {
  return R"({"model":"m","messages":[{"role":"user","content":"hi"}],)" + std::string(member) + "}";
}

TEST(LiveContent, MembersThatRequestItBypass) {
  for (const char* const member : {R"("search_parameters":{"mode":"on"})",
                                   R"("search_parameters":{})",
                                   R"("enable_search":true)",
                                   R"("enable_enhancement":true)",
                                   R"("cached_content":"cachedContents/a")",
                                   R"("previous_interaction_id":"i")",
                                   R"("conversation_id":"c")",
                                   R"("dataset_ids":["d"])",
                                   R"("builtin_tools":["x"])",
                                   R"("enableSearch":true)",
                                   R"("enable-search":1)",
                                   R"("search_options":{"forced_search":true})",
                                   R"("plugins":[{"id":"web"}])",
                                   R"("$web_search":true)",
                                   R"("web_search":true)",
                                   R"("webSearch":{"enable":true})",
                                   R"("web_search":{})",
                                   R"("search_domain_filter":["a"])",
                                   R"("search_recency_filter":"day")",
                                   R"("browsing":true)",
                                   R"("browse":"yes")",
                                   R"("use_internet":true)",
                                   R"("online":true)",
                                   R"("grounding":{})",
                                   R"("retrieval":true)",
                                   R"("google_search":{})",
                                   R"("googleSearchRetrieval":{})",
                                   R"("url_context":{})",
                                   R"("file_ids":["f"])",
                                   R"("fileIds":["f"])",
                                   R"("files":["f"])",
                                   R"("attachments":[{"id":"a"}])",
                                   R"("tool_resources":{"file_search":{}})",
                                   R"("mcp_servers":[{"name":"x"}])",
                                   R"("connectors":[{"id":"web-search"}])",
                                   R"("data_sources":[{"type":"azure_search"}])",
                                   R"("dataSources":[{}])",
                                   R"("vector_store_ids":["v"])",
                                   R"("knowledge_id":"k")",
                                   R"("compound_custom":{"tools":{}})",
                                   R"("assistant_id":"a")",
                                   R"("thread_id":"t")",
                                   R"("code_interpreter":true)",
                                   R"("disable_search":false)",
                                   R"("deep_research":true)",
                                   R"("features":{"web_search":true})",
                                   R"("extra_body":{"enable_search":true})",
                                   R"("options":{"web_search":true})",
                                   R"("Search_Parameters":{"mode":"auto"})",
                                   R"("sea\u0072ch_parameters":{"mode":"auto"})",
                                   R"("max_search_results":5)",
                                   R"("use_context":true)",
                                   R"("context_filter":{"docs_ids":["1"]})",
                                   R"("tool_ids":["t"])",
                                   R"("tool_servers":[{"path":"x"}])"}) {
    EXPECT_EQ(Reason(With(member)), "live_content") << member;
    EXPECT_EQ(Reason(With(member), {}, api::ollama::kDialect), "live_content") << member;
  }
}

TEST(LiveContent, WrappedMembersBypassAtAnyDepth) {
  for (const char* const member :
       {R"("extra_body":{"google":{"cached_content":"cachedContents/1"}})",
        R"("extra_body":{"google":{"tools":[{"google_search":{}}]}})",
        R"("extra_body":{"tools":[{"type":"web_search"}]})",
        R"("extra_body":{"Tools":["web_search"]})",
        R"("extra_body":{"functions":[{"name":"$web_search"}]})",
        R"("extra_body":{"extra_body":{"enable_search":true}})",
        R"("google":{"a":{"b":{"c":{"d":{"cached_content":"x"}}}}})",
        R"("params":{"features":{"web_search":true}})",
        R"("providerOptions":{"perplexity":{"searchRecencyFilter":"day"}})",
        R"("provider_options":{"gateway":{"web_search":{}}})", R"("extensions":[{"web_search":1}])",
        R"("extensions":[[{"x":{"plugins":[{"id":"web"}]}}]])",
        R"("chat_template_kwargs":{"a":{"use_context":true}})",
        R"("options":{"x":{"web_search":true}})"}) {
    EXPECT_EQ(Reason(With(member)), "live_content") << member;
  }
}

TEST(LiveContent, ExcessiveNestingBypasses) {
  std::string deep;
  for (int i = 0; i < 70; ++i) deep += R"({"a":)";
  EXPECT_EQ(Reason(With(R"("x":{"labels":)" + deep + "1" + std::string(70, '}') + "}")),
            "live_content");
}

TEST(LiveContent, WrappedClientDataDoesNotBypass) {
  for (
      const char* const member :
      {R"("extra_body":{"google":{"thinking_config":{"include_thoughts":true}}})",
       R"("extra_body":{"extra_body":{"enable_search":false}})",
       R"("params":{"features":{"web_search":{"mode":"off"}}})",
       R"("extra_body":{"metadata":{"search":{"web":1}},"litellm_metadata":{"search":1}})",
       R"("extra_body":{"tools":[{"type":"function","function":{"name":"web_search","parameters":{"properties":{"web_search":{}}}}}],"tools2":[]})",
       R"("extra_body":{"guided_json":{"properties":{"search":{"type":"string"}}}})",
       R"("nvext":{"guided_json":{"web_search":{}}})",
       R"("structured_outputs":{"json":{"properties":{"web":{},"files":{}},"$defs":{"search":{}}}})",
       R"("format":{"type":"object","properties":{"web_search":{"type":"string"}}})",
       R"("json_schema":{"properties":{"a":{"properties":{"search":{}}}}})",
       R"("text":{"format":{"type":"json_schema","schema":{"properties":{"search":{}}}}})",
       R"("output_config":{"format":{"schema":{"properties":{"web_search":{}}}}})",
       R"("generationConfig":{"responseSchema":{"properties":{"search":{}}}})",
       R"("tool_choice":{"type":"function","function":{"name":"web_search"}})",
       R"("tool_choice":{"allowed_tools":{"tools":[{"type":"function","name":"search"}]}})",
       R"("system":[{"type":"text","text":"a","x":{"search":1}}])",
       R"("history":[{"role":"a","tool_calls":[{"function":{"arguments":{"web_search":1}}}]}])",
       R"("extra":[{"messages":[{"search":1}],"args":{"search":1}}])"}) {
    EXPECT_EQ(Reason(With(member)), "") << member;
  }
}

TEST(LiveContent, OverlongNameIsNotExamined) {
  const std::string fits = "search" + std::string(250, 'x');
  EXPECT_EQ(Reason(With('"' + fits + R"(":1)")), "live_content");
  EXPECT_EQ(Reason(With('"' + fits + R"(x":1)")), "");
  EXPECT_EQ(Reason(With(R"("x":{")" + fits + R"(x":1})")), "");
  EXPECT_EQ(Reason(R"({"messages":["a"],"model":"sonar )" + std::string(300, 'x') + "\"}"), "");
}

TEST(LiveContent, AddressesOfWhatIsEmbeddedBypass) {
  for (const char* const input : {R"(["https://x/cat.png"])", R"("https://x/cat.png")",
                                  R"(["data:image/png;base64,AA","http://x/y"])"}) {
    const std::string of = R"({"model":"m","input":)" + std::string(input);
    EXPECT_EQ(Reason(of + R"(,"modality":"image"})"), "remote_content") << input;
    EXPECT_EQ(Reason(of + R"(,"Modality":"audio"})"), "remote_content") << input;
    EXPECT_EQ(Reason(of + R"(,"modality":"text"})"), "") << input;
    EXPECT_EQ(Reason(of + R"(,"modality":null})"), "") << input;
    EXPECT_EQ(Reason(of + "}"), "") << input;
  }
  EXPECT_EQ(Reason(R"({"input":["data:image/png;base64,AA"],"modality":"image"})"), "");
}

TEST(LiveContent, DisabledFeaturesDoNotBypass) {
  for (const char* const member :
       {R"("enable_search":false)", R"("enable_search":null)",
        R"("search_parameters":{"mode":"off"})", R"("search_parameters":null)", R"("plugins":[])",
        R"("web_search":"off")", R"("web_search":"None")", R"("web_search":{"enable":false})",
        R"("web_search":{"type":"disabled"})", R"("file_ids":[])", R"("max_search_results":0)",
        R"("disable_search":true)", R"("features":{"web_search":false})", R"("browsing":"")"}) {
    EXPECT_EQ(Reason(With(member)), "") << member;
  }
}

TEST(LiveContent, EngineOptionsDoNotBypass) {
  for (const char* const member :
       {R"("use_beam_search":true)", R"("best_of":2)", R"("top_p":0.9)",
        R"("chat_template_kwargs":{"enable_thinking":true})",
        R"("guided_json":{"properties":{"search":{"type":"string"}},"type":"object"})",
        R"("response_format":{"type":"json_schema","json_schema":{"search":1}})",
        R"("user_profile":"x")", R"("profile":"x")", R"("stream_options":{"include_usage":true})",
        R"("logit_bias":{"1":2})", R"("lora_path":"a")", R"("documents":[{"text":"a"}])",
        R"("prediction":{"content":"a"})", R"("reasoning_effort":"low")",
        R"("search_beams_are_beam_search":1)"}) {
    EXPECT_EQ(Reason(With(member)), "") << member;
  }
  EXPECT_EQ(Reason(R"({"model":"m","messages":[{"content":"search the web for files"}]})"), "");
}

TEST(LiveContent, ToolsThatTheClientDoesNotRunBypass) {
  for (const char* const tool : {R"({"type":"web_search"})",
                                 R"({"type":"web_search_preview_2025_03_11"})",
                                 R"({"type":"file_search"})",
                                 R"({"type":"browser_search"})",
                                 R"({"type":"x_search"})",
                                 R"({"type":"live_search"})",
                                 R"({"type":"retrieval"})",
                                 R"({"type":"some_new_tool"})",
                                 R"({"type":"openrouter:web_search"})",
                                 R"({"google_search":{}})",
                                 R"({"googleSearch":{}})",
                                 R"({"url_context":{}})",
                                 R"({"functionDeclarations":[],"google_search":{}})",
                                 R"({"type":"builtin_function","function":{"name":"$web_search"}})",
                                 R"({"type":"function","function":{"name":"$web_search"}})",
                                 R"("web_search")",
                                 "null",
                                 "{}",
                                 R"({"type":"web_search","function":{"name":"f"}})",
                                 R"({"type":"web_search","web_search":{"enable":true}})"}) {
    EXPECT_EQ(Reason(With(R"("tools":[{"type":"function","function":{"name":"f"}},)" +
                          std::string(tool) + "]")),
              "server_tool")
        << tool;
  }
  EXPECT_EQ(Reason(With(R"("tools":{"web_search":{}})")), "server_tool");
  EXPECT_EQ(Reason(With(R"("tools":"auto")")), "server_tool");
}

TEST(LiveContent, ToolsOfTheClientDoNotBypass) {
  for (
      const char* const tool :
      {R"({"type":"function","function":{"name":"web_search","parameters":{"properties":{"type":{"type":"web_search"}}}}})",
       R"({"type":"function","name":"f","parameters":{},"strict":true})",
       R"({"name":"f","input_schema":{},"description":"d"})",
       R"({"type":"custom","custom":{"name":"f"}})", R"({"functionDeclarations":[{"name":"f"}]})",
       R"({"function":{"name":"f"}})"}) {
    EXPECT_EQ(Reason(With(R"("tools":[)" + std::string(tool) + "]")), "") << tool;
  }
  EXPECT_EQ(Reason(With(R"("tools":[])")), "");
  EXPECT_EQ(Reason(With(R"("tools":null)")), "");
}

TEST(LiveContent, ToolsThatAreNestedTooDeepAreNotTaken) {
  const std::string deep = std::string(70, '[') + std::string(70, ']');
  EXPECT_TRUE(HasServerTool(R"([{"function":{"name":"f","parameters":)" + deep +
                            R"(},"type":"function"},{"type":"web_search"}])"));
}

TEST(LiveContent, ModelsThatSearchBypassUnlessTheyEmbed) {
  for (const char* const model :
       {"openai/gpt-4o:online", "OpenAI/GPT-4o:Online", "sonar-pro", "perplexity/sonar",
        "gpt-4o-search-preview", "llama-3-sonar-large-32k-online", "o3-deep-research",
        "yi-large-rag"}) {
    EXPECT_EQ(Reason(R"({"messages":["a"],"model":")" + std::string(model) + "\"}"), "live_model")
        << model;
    EXPECT_EQ(Reason(R"({"input":"a","model":")" + std::string(model) + "\"}"), "") << model;
  }
  for (const char* const model :
       {"llama3", "onliner", "researcher-7b", "m", "qwen:7b", "rag-tuned-7b", "storage"}) {
    EXPECT_EQ(Reason(R"({"messages":["a"],"model":")" + std::string(model) + "\"}"), "") << model;
  }
}

TEST(LiveContent, ReferencedFilesBypass) {
  for (const char* const part :
       {R"({"type":"file","file":{"file_id":"file-1"}})",
        R"({"type":"input_file","fileId":"file-1"})", R"({"fileData":{"fileUri":"gs://a/b"}})",
        R"({"image_uri":"http://a"})", R"({"FILE_ID":"x"})"}) {
    EXPECT_EQ(Reason(R"({"messages":[{"content":[)" + std::string(part) + "]}]}"), "remote_content")
        << part;
  }
  EXPECT_EQ(
      Reason(
          R"({"messages":[{"content":[{"tool_call_id":"c1","profile_id":"p","id":"d","text":"x"}]}]})"),
      "");
  EXPECT_EQ(
      Reason(
          R"({"messages":[{"content":[{"file":{"file_data":"data:x;base64,AA","filename":"a"}}]}]})"),
      "");
}

TEST(LiveContent, ConfiguredMembersBypassToo) {
  const std::vector<std::string> more = {"my_context", "acme_*"};
  EXPECT_EQ(Reason(With(R"("my_context":"a")"), more), "bypass_fields");
  EXPECT_EQ(Reason(With(R"("My_Context":{})"), more), "bypass_fields");
  EXPECT_EQ(Reason(With(R"("acme_live":1)"), more), "bypass_fields");
  EXPECT_EQ(Reason(With(R"("acme_live":false)"), more), "");
  EXPECT_EQ(Reason(With(R"("my_contexts":1)"), more), "");
}

}  // namespace
}  // namespace banto::cache
