#include "proxy/api/listing.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

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

Json Render(Operation operation, std::string_view id = "") {
  return Json::parse(RenderListing(operation, MakeCatalog(), id).body);
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
  EXPECT_EQ(RenderListing(Operation::kModels, {}, "").body, R"({"object":"list","data":[]})");
  EXPECT_EQ(RenderListing(Operation::kOllamaTags, {}, "").body, R"({"models":[]})");
}

TEST(Listing, AModelIsFoundByItsId) {
  EXPECT_EQ(Render(Operation::kModel, "org/tiny")["id"], "org/tiny");
  const ListingAnswer unknown = RenderListing(Operation::kModel, MakeCatalog(), "gpt");
  EXPECT_EQ(unknown.status, 404);
}

TEST(Listing, WhatAWorkerSaidOfAnotherNameIsNotRepeated) {
  Catalog catalog = MakeCatalog();
  catalog["org/tiny"].openai_model = R"({"id":"/srv/models/tiny"})";
  catalog["gemma:latest"].openai_model = "{broken";
  const Json list = Json::parse(RenderListing(Operation::kModels, catalog, "").body);
  EXPECT_EQ(Named(list["data"], "id", "org/tiny")["owned_by"], "vllm");
  EXPECT_NE(Named(list["data"], "id", "gemma:latest"), nullptr);
}

// Members without which ollama-python's models or Ollama's CLI fail.
TEST(Listing, OllamaTagsOfOtherEnginesParse) {
  const Json list = Render(Operation::kOllamaTags)["models"];
  ASSERT_EQ(list.size(), 3U);
  EXPECT_EQ(Named(list, "name", "gemma:latest")["size"], 7);
  const Json tiny = Named(list, "name", "org/tiny");
  EXPECT_EQ(tiny["model"], "org/tiny");
  EXPECT_EQ(tiny["modified_at"], "2026-11-21T09:21:12Z");
  EXPECT_TRUE(tiny["size"].is_number_integer());
  EXPECT_EQ(tiny["digest"].get<std::string>().size(), 64U);
  EXPECT_NE(tiny["digest"], Named(list, "name", "a \"quoted\" one")["digest"]);
  for (const char* key :
       {"parent_model", "format", "family", "parameter_size", "quantization_level"}) {
    EXPECT_TRUE(tiny["details"][key].is_string()) << key;
  }
  EXPECT_TRUE(tiny["details"]["families"].is_array());
}

TEST(Listing, OllamaPsLeavesOutWhatIsOnDiskOnly) {
  const Json list = Render(Operation::kOllamaPs)["models"];
  EXPECT_EQ(Named(list, "name", "gemma:latest"), nullptr);
  const Json tiny = Named(list, "name", "org/tiny");
  EXPECT_TRUE(tiny["expires_at"].is_string());
  EXPECT_TRUE(tiny["size_vram"].is_number_integer());
}

TEST(Listing, OllamaShowHasWhatItsCliReads) {
  const Json show = Render(Operation::kOllamaShow, "org/tiny");
  EXPECT_EQ(show["model_info"]["general.architecture"], "unknown");
  EXPECT_EQ(show["model_info"]["unknown.context_length"], 2048);
  EXPECT_EQ(show["capabilities"], Json::array({"completion"}));
  for (const char* key : {"template", "parameters", "modelfile"}) {
    EXPECT_TRUE(show[key].is_string()) << key;
  }
  // Its clients leave out the tag.
  EXPECT_EQ(Render(Operation::kOllamaShow, "gemma")["details"]["family"], "gemma3");
  const ListingAnswer unknown = RenderListing(Operation::kOllamaShow, MakeCatalog(), "x");
  EXPECT_EQ(unknown.status, 404);
}

TEST(Listing, VersionAndRootGreetOllamaClients) {
  EXPECT_TRUE(Render(Operation::kOllamaVersion)["version"].is_string());
  const ListingAnswer root = RenderListing(Operation::kRoot, {}, "");
  EXPECT_EQ(root.status, 200);
  EXPECT_EQ(root.body, "Ollama is running");
  EXPECT_EQ(root.content_type, "text/plain; charset=utf-8");
}

}  // namespace
}  // namespace banto::api
