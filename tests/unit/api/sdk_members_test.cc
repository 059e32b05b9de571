// Nothing that an official SDK can ask is lost in silence: in each other API every member is said,
// or named as dropped, or is harmless packaging. (sdk_members.py finds the members.)
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "hub_trip_kit.h"
#include "proxy/api/native/codecs.h"

namespace banto::api {
namespace {

using nlohmann::json;

struct Client {
  const char* name;  // in sdk_members.json
  const Codec* codec;
};
const Client kClients[] = {
    {"chat", &openai::kChatCodec},
    {"completions", &openai::kCompletionsCodec},
    {"embeddings", &openai::kEmbeddingsCodec},
    {"responses", &openai::kResponsesCodec},
    {"messages", &anthropic::kMessagesCodec},
    {"count_tokens", &anthropic::kCountTokensCodec},
    {"ollama chat", &ollama::kChatCodec},
    {"ollama generate", &ollama::kGenerateCodec},
    {"ollama embed", &ollama::kEmbedCodec},
    {"ollama embeddings", &ollama::kOldEmbeddingsCodec},
};

struct Server {
  const char* name;
  const Codec* codec;
  Engines engines;
  const char* meaning;  // what clients ask in these words
};
const Server kServers[] = {
    {"chat of vLLM", &openai::kChatCodec, engine::kVllm, "talk"},
    {"chat of llama.cpp", &openai::kChatCodec, engine::kLlamaCpp, "talk"},
    {"chat of TGI", &openai::kChatCodec, engine::kTgi, "talk"},
    {"chat of OpenAI", &openai::kChatCodec, engine::kUnknown, "talk"},
    {"responses of vLLM", &openai::kResponsesCodec, engine::kVllm, "talk"},
    {"responses of OpenAI", &openai::kResponsesCodec, engine::kUnknown, "talk"},
    {"messages of vLLM", &anthropic::kMessagesCodec, engine::kVllm, "talk"},
    {"messages of Anthropic", &anthropic::kMessagesCodec, engine::kUnknown, "talk"},
    {"Ollama's chat", &ollama::kChatCodec, engine::kOllama, "talk"},
    {"completions of vLLM", &openai::kCompletionsCodec, engine::kVllm, "continue"},
    {"Ollama's generate", &ollama::kGenerateCodec, engine::kOllama, "continue"},
    {"embeddings of vLLM", &openai::kEmbeddingsCodec, engine::kVllm, "embed"},
    {"Ollama's embed", &ollama::kEmbedCodec, engine::kOllama, "embed"},
    {"Ollama's embeddings", &ollama::kOldEmbeddingsCodec, engine::kOllama, "embed"},
};

// Members that may go unsaid.
struct Packaging {
  const char* client;  // a beginning
  const char* member;  // an end: "/tools/0/type"
  const char* server;  // a beginning
  bool whatever;       // … whatever they say; else only with the value in the list
  const char* why;
};
const Packaging kPackaging[] = {
    {"", "/model", "", true, "the worker is told its own name for it"},
    {"", "/cache_control", "", true, "a hint: what is worth caching"},
    {"", "/cache_control/ttl", "", true, "a hint"},
    {"", "/prompt_cache_breakpoint", "", true, "a hint"},
    {"", "/include_obfuscation", "", true, "it pads what OpenAI's servers send"},
    {"", "/include_usage", "", false, "the client is told by us"},
    {"", "/stream", "Ollama's embed", true, "there is nothing to stream"},
    {"", "/caller", "", true, "an echo of the answer"},
    {"", "/eager_input_streaming", "", true, "in which pieces arguments come"},
    {"", "/tools/0/type", "", false, "it names the default"},
    {"", "/tool_choice", "Ollama", false, "it names the default"},
    {"", "/parallel_tool_calls", "", false, "it names the default"},
    {"chat", "/response_format", "", false, "it names the default"},
    {"chat", "/json_schema/description", "Ollama", false, "models are shown the schema"},
    {"chat", "/json_schema/strict", "Ollama", false, "it always keeps to a schema"},
    {"embeddings", "/encoding_format", "", false, "the answer is written in it"},
    {"ollama", "/stream", "", false, "it names the default"},
    {"responses", "/text", "", false, "it names the default"},
    {"responses", "/text/format", "", false, "it names the default"},
    {"responses", "/format/description", "", false, "models are shown the schema"},
    {"responses", "/format/strict", "", false, "they always keep to a schema"},
    {"responses", "/truncation", "", false, "it names the default"},
    {"responses", "/service_tier", "", false, "it names the default"},
    {"responses", "/input/0/type", "", false, "it names the default"},
    {"responses", "/input/0/id", "", true, "an echo of the answer"},
    {"responses", "/input/0/status", "", true, "an echo of the answer"},
    {"responses", "/content/0/logprobs", "", true, "an echo of the answer"},
    {"responses", "/input/0/name", "", false, "a result is known by its call"},
    {"responses", "/input/0/content", "messages of Anthropic", false, "named with its item"},
};

std::string MeaningOf(const Client& client) {
  const std::string name = client.name;
  if (name.find("embed") != name.npos) return "embed";
  return name == "completions" ? "continue" : "talk";
}

// What becomes of a question.
struct Fate {
  std::string body;
  std::set<std::string> dropped;
  bool refused = false;

  // Whether the client can know that it is not the same.
  bool Tells(const Fate& other) const {
    return refused || body != other.body ||
           std::any_of(dropped.begin(), dropped.end(),
                       [&](const auto& name) { return !other.dropped.contains(name); });
  }
};

Fate Translate(const json& body, const Codec& from, const Server& to) {
  const std::string text = body.dump();
  NeutralRequest request;
  Fate fate;
  if (from.read_request(text, &request)) return {"", {}, true};
  WrittenRequest written = to.codec->write_request(request, {to.engines, "m"});
  fate.refused = written.refused.has_value();
  fate.body = std::move(written.body);
  fate.dropped.insert(request.dropped.begin(), request.dropped.end());
  fate.dropped.insert(written.dropped.begin(), written.dropped.end());
  return fate;
}

// "/tools/0/function" as it is named: "tools[].function".
std::string NameOf(const std::string& at) {
  std::string name = at.empty() ? "" : at.substr(1);
  for (size_t i = name.find("/0"); i != name.npos; i = name.find("/0")) name.replace(i, 2, "[]");
  std::replace(name.begin(), name.end(), '/', '.');
  return name;
}

// Whether the member is in something that is named as dropped itself: "moderation",
// "tools[web_search]".
bool IsInDropped(const json& body, const std::string& at, const Fate& fate) {
  for (size_t end = at.find('/', 1);; end = at.find('/', end + 1)) {
    const std::string whole = at.substr(0, end);
    if (fate.dropped.contains(NameOf(whole))) return true;
    const json& holder = body.at(json::json_pointer(whole));
    if (holder.is_object() && holder.contains("type") && holder["type"].is_string()) {
      const std::string type = "[" + holder["type"].get<std::string>();
      for (const std::string& name : fate.dropped)
        if (name.find(type) != name.npos) return true;
    }
    if (end == at.npos) return false;
  }
}

bool IsPackaging(const std::string& client, const std::string& member, const std::string& server,
                 bool of_another_type) {
  return std::any_of(std::begin(kPackaging), std::end(kPackaging), [&](const Packaging& its) {
    return client.starts_with(its.client) && member.ends_with(its.member) &&
           server.starts_with(its.server) && (its.whatever || !of_another_type);
  });
}

json Lists() {
  std::ifstream file(std::string(BANTO_SOURCE_DIR) + "/tests/unit/api/sdk_members.json");
  return json::parse(file, nullptr, false);
}

json OfAnotherType(const json& value) {
  return value.is_object() || value.is_array() ? json(7) : json({{"odd", 1}});
}

// Calls f(server, body, body with one member more, where that is) for each.
template <class F>
void ForEachMember(const Client& client, F f) {
  const json lists = Lists();
  ASSERT_TRUE(lists.contains(client.name));
  for (const json& row : lists[client.name]) {
    const std::string at = row["at"];
    for (const auto& [name, value] : row["members"].items()) {
      for (const Server& server : kServers) {
        if (server.meaning != MeaningOf(client) || server.codec == client.codec) continue;
        const Fate without = Translate(row["body"], *client.codec, server);
        if (without.refused || IsInDropped(row["body"], at, without)) continue;
        f(server, row["body"], at, name, value, without);
      }
    }
  }
}

void ExpectNothingLost(const Client& client, bool of_another_type) {
  std::set<std::string> lost;
  size_t asked = 0;
  ForEachMember(client, [&](const Server& server, json body, const std::string& at,
                            const std::string& name, const json& value, const Fate& without) {
    body[json::json_pointer(at)][name] = of_another_type ? OfAnotherType(value) : value;
    ++asked;
    const std::string where = at + "/" + name;
    if (Translate(body, *client.codec, server).Tells(without) ||
        IsPackaging(client.name, where, server.name, of_another_type))
      return;
    lost.insert(where + " to " + server.name + ": " + body.dump());
  });
  EXPECT_GT(asked, 0u);
  for (const std::string& one : lost) ADD_FAILURE() << client.name << one;
}

class SdkMembers : public testing::TestWithParam<Client> {};

TEST_P(SdkMembers, IsSaidOrNamed) { ExpectNothingLost(GetParam(), false); }
TEST_P(SdkMembers, OfAnotherTypeIsSaidOrNamed) { ExpectNothingLost(GetParam(), true); }

INSTANTIATE_TEST_SUITE_P(All, SdkMembers, testing::ValuesIn(kClients), [](const auto& its) {
  std::string name = its.param.name;
  std::replace(name.begin(), name.end(), ' ', '_');
  return name;
});

}  // namespace
}  // namespace banto::api
