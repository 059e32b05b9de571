#include "proxy/api/listing.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "proxy/api/ollama/ollama.h"
#include "proxy/api/openai/openai.h"

namespace banto::api {
namespace {

using Json = nlohmann::json;

Catalog MakeCatalog() {
  Catalog catalog;
  CatalogModel vllm;
  vllm.name = "org/tiny";
  vllm.owned_by = "vllm";
  vllm.created_s = 1795252872;
  vllm.openai_model = R"({"id":"org/tiny","object":"model","max_model_len":2048})";
  catalog[vllm.name] = vllm;
  CatalogModel ollama;
  ollama.name = "gemma:latest";
  ollama.owned_by = "ollama";
  ollama.ollama_tag = R"({"name":"gemma:latest","size":7,"details":{"family":"gemma3"}})";
  catalog[ollama.name] = ollama;
  CatalogModel bare;
  bare.name = "a \"quoted\" one";
  catalog[bare.name] = bare;
  return catalog;
}

ListingAnswer OpenAi(Operation listing, const Catalog& catalog, std::string_view model = "") {
  return openai::kDialect.list(listing, {catalog, model, {}});
}

Json Render(Operation operation, std::string_view id = "") {
  return Json::parse(OpenAi(operation, MakeCatalog(), id).body);
}

Json Named(const Json& list, const std::string& key, const std::string& name) {
  for (const Json& one : list) {
    if (one[key] == name) return one;
  }
  return nullptr;
}

TEST(Listing, OpenAiListsEveryModel) {
  const Json list = Render(Operation::kModels);
  EXPECT_EQ(list["object"], "list");
  ASSERT_EQ(list["data"].size(), 3U);
  EXPECT_EQ(Named(list["data"], "id", "org/tiny")["max_model_len"], 2048);
  const Json bare = Named(list["data"], "id", "a \"quoted\" one");
  EXPECT_EQ(bare["object"], "model");
  EXPECT_TRUE(bare["created"].is_number_integer());
  EXPECT_TRUE(bare["owned_by"].is_string());
}

TEST(Listing, AnEmptyCatalogIsAnEmptyList) {
  EXPECT_EQ(OpenAi(Operation::kModels, {}).body, R"({"object":"list","data":[]})");
  EXPECT_EQ(ollama::kDialect.list(Operation::kModels, {{}, {}, {}}).body, R"({"models":[]})");
}

TEST(Listing, AModelIsFoundByItsId) {
  EXPECT_EQ(Render(Operation::kModel, "org/tiny")["id"], "org/tiny");
  const ListingAnswer unknown = OpenAi(Operation::kModel, MakeCatalog(), "gpt");
  EXPECT_EQ(unknown.status, 404);
}

TEST(Listing, WhatAWorkerSaidOfAnotherNameIsNotRepeated) {
  Catalog catalog = MakeCatalog();
  catalog["org/tiny"].openai_model = R"({"id":"/srv/models/tiny"})";
  catalog["gemma:latest"].openai_model = "{broken";
  const Json list = Json::parse(OpenAi(Operation::kModels, catalog).body);
  EXPECT_EQ(Named(list["data"], "id", "org/tiny")["owned_by"], "vllm");
  EXPECT_NE(Named(list["data"], "id", "gemma:latest"), nullptr);
}

Json Ollama(Operation operation, const CatalogModel& model) {
  return Json::parse(
      ollama::kDialect.list(operation, {{{model.name, model}}, {}, {}}).body)["models"];
}

TEST(Listing, AnOllamasObjectIsGivenAsItIsUnderTheNameThatIsServed) {
  CatalogModel model;
  model.name = "gemma:latest";
  model.ollama_tag = R"({"name":"gemma:latest","model":"gemma:latest","size":7,"digest":"d"})";
  EXPECT_EQ(Ollama(Operation::kModels, model)[0]["size"], 7);
  model.name = "gemma";
  const Json renamed = Ollama(Operation::kModels, model)[0];
  EXPECT_EQ(renamed["name"], "gemma");
  EXPECT_EQ(renamed["model"], "gemma");
  EXPECT_EQ(renamed["digest"], "d");
  EXPECT_EQ(renamed.size(), 4U);
}

// Ollama's CLI takes the first 12 bytes of a digest, whatever is there; its JavaScript types
// promise a size and a time.
TEST(Listing, OfAModelKnownByNameAlone_OllamasClientsGetWhatTheirTypesAsk) {
  CatalogModel model;
  model.name = "a \"quoted\" one";
  model.ollama_tag = "{broken";
  const Json tag = Ollama(Operation::kModels, model)[0];
  EXPECT_EQ(tag["name"], model.name);
  EXPECT_EQ(tag["model"], model.name);
  EXPECT_EQ(tag["digest"].get<std::string>().size(), 64U);
  EXPECT_TRUE(tag["details"]["families"].is_array());
  EXPECT_EQ(tag["size"], 0);
  EXPECT_EQ(tag["modified_at"], "0001-01-01T00:00:00Z");
}

ListingAnswer Show(const CatalogModel& model, std::string_view asked) {
  return ollama::kDialect.list(Operation::kShow, {{{model.name, model}}, asked, {}});
}

TEST(Listing, AModelOfAnotherEngineIsShownWithWhatThatEngineTold) {
  CatalogModel model;
  model.name = "gemma";
  model.created_s = 1795253147;
  model.openai_model =
      R"({"id":"gemma","meta":{"n_ctx_train":32768,"n_embd":640,"n_params":268098176,"size":9}})";
  const Json shown = Json::parse(Show(model, "gemma").body);
  EXPECT_EQ(shown["model_info"]["general.architecture"], "unknown");
  EXPECT_EQ(shown["model_info"]["general.parameter_count"], 268098176);
  EXPECT_EQ(shown["model_info"]["unknown.context_length"], 32768);
  EXPECT_EQ(shown["model_info"]["unknown.embedding_length"], 640);
  EXPECT_EQ(shown["details"]["parameter_size"], "268.10M");
  EXPECT_EQ(shown["capabilities"], Json::parse(R"(["completion"])"));
  EXPECT_EQ(shown["modified_at"], "2026-11-21T09:25:47Z");
  EXPECT_EQ(Ollama(Operation::kModels, model)[0]["size"], 9);
  EXPECT_EQ(Show(model, "other").status, 404);
}

TEST(Listing, AContextThatNobodyToldIsNotMadeUp) {
  CatalogModel model;
  model.name = "gemma";
  model.openai_model = R"({"meta":7,"max_model_len":"x"})";
  EXPECT_TRUE(Json::parse(Show(model, "gemma").body)["model_info"].is_null());
  model.openai_model = R"({"max_model_len":2048})";
  EXPECT_EQ(Json::parse(Show(model, "gemma").body)["model_info"]["unknown.context_length"], 2048);
}

TEST(Listing, OllamaPsShowsWhatAnOllamaSaysIsInMemory) {
  CatalogModel model;
  model.name = "gemma";
  EXPECT_EQ(Ollama(Operation::kRunning, model), Json::array());
  model.ollama_ps = R"({"name":"gemma:latest","expires_at":"2026-01-01T00:00:00Z","size_vram":5})";
  const Json ps = Ollama(Operation::kRunning, model)[0];
  EXPECT_EQ(ps["name"], "gemma");
  EXPECT_EQ(ps["expires_at"], "2026-01-01T00:00:00Z");
}

TEST(Listing, OllamaPsShowsWhatOtherEnginesServeAsLoadedForGood) {
  CatalogModel model;
  model.name = "org/tiny";
  EXPECT_EQ(Ollama(Operation::kRunning, model), Json::array());
  model.openai_model = R"({"id":"org/tiny","object":"model","meta":{"n_ctx":2048,"size":7}})";
  const Json ps = Ollama(Operation::kRunning, model)[0];
  EXPECT_EQ(ps["name"], "org/tiny");
  EXPECT_EQ(ps["model"], "org/tiny");
  EXPECT_EQ(ps["size_vram"], 7);
  EXPECT_EQ(ps["context_length"], 2048);
  EXPECT_GT(ps["expires_at"].get<std::string>(), "2300");
  EXPECT_EQ(ps["digest"].get<std::string>().size(), 64U);
}

TEST(Listing, VersionAndRootGreetOllamaClients) {
  EXPECT_EQ(ollama::kDialect.list(Operation::kVersion, {{}, {}, "0.12.6"}).body,
            R"({"version":"0.12.6"})");
  const ListingAnswer root = ollama::kDialect.list(Operation::kGreeting, {{}, {}, {}});
  EXPECT_EQ(root.status, 200);
  EXPECT_EQ(root.body, "Ollama is running");
  EXPECT_EQ(root.content_type, "text/plain; charset=utf-8");
}

}  // namespace
}  // namespace banto::api
