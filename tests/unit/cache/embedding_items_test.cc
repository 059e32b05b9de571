#include "cache/embedding_items.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "proxy/api/openai/openai.h"
#include "proxy/json/json_scan.h"

namespace banto::cache {
namespace {

constexpr api::VectorForm kForm = {"input", api::VectorForm::Rows::kObjects, true};

struct Asked {
  explicit Asked(std::string text) : body(std::move(text)) {
    scan.Scan(body);
    items = ReadItems({.dialect = "embeddings", .method = "POST", .path = "/v1/embeddings"}, scan,
                      api::openai::kDialect.ignored, kForm);
  }
  std::string Key(size_t i = 0) const { return items ? items->items.at(i).key.Hex() : "none"; }

  std::string body;
  json::JsonScan scan;
  std::shared_ptr<const EmbeddingItems> items;
};

TEST(EmbeddingItems, AnItemHasOneKeyAloneAndInAnyBatch) {
  const std::string key = Asked(R"({"input":"a"})").Key();
  EXPECT_EQ(Asked(R"({"input":["a"]})").Key(), key);
  EXPECT_EQ(Asked(R"({ "input" : ["b", "\u0061"] })").Key(1), key);
  EXPECT_EQ(Asked(R"({"input":["a"],"encoding_format":"base64"})").Key(), key);
  EXPECT_EQ(Asked(R"({"encoding_format":"float","input":["b",[1,2],"a"]})").Key(2), key);
  EXPECT_EQ(Asked(R"({"input":[1, 2]})").Key(), Asked(R"({"input":["b",[1,2]]})").Key(1));
}

TEST(EmbeddingItems, WhatElseIsAskedIsInTheKey) {
  const std::string key = Asked(R"({"input":"1"})").Key();
  for (const char* body :
       {R"({"input":"2"})", R"({"input":[1]})", R"({"input":"1","dimensions":2})",
        R"({"input":"1","unknown":0})", R"({"input":"1 "})", R"({"input":"[1]"})"})
    EXPECT_NE(Asked(body).Key(), key) << body;
}

TEST(EmbeddingItems, WhatHasNoItemsOrNoFloatsIsKeptAsAWhole) {
  for (const char* body :
       {"{}", R"({"input":[]})", R"({"input":{}})", R"({"input":7})", R"({"input":["a",1]})",
        R"({"input":[["a"]]})", R"({"input":[[]]})", R"({"input":[-1]})",
        R"({"input":[{"text":"a"}]})", R"({"input":"a","encoding_format":"bytes"})",
        R"({"input":"a","embed_dtype":"float16"})", R"({"input":"a","Input":"b"})",
        R"({"input":"a","output_dtype":"int8"})", R"({"input":"a","input":"b"})"})
    EXPECT_EQ(Asked(body).items, nullptr) << body;
  std::string list = R"({"input":["a")";
  for (size_t i = 1; i <= EmbeddingItems::kItemsMax; ++i) list += R"(,"a")";
  EXPECT_EQ(Asked(list + "]}").items, nullptr);
}

TEST(EmbeddingItems, APartIsTheSameRequestWithItsItemsAlone) {
  const Asked whole(
      R"({"a":1, "input" : ["x", "\u00e9", [1, 2]], "encoding_format":"float","b":2})");
  EmbeddingItems part;
  part.form = &kForm;
  part.items = {whole.items->items[1], whole.items->items[2]};
  EXPECT_EQ(BodyOf(whole.body, *whole.items, part),
            R"({"a":1, "input" : ["\u00e9",[1, 2]], "encoding_format":"float","b":2})");
  part.base64 = true;
  EXPECT_EQ(BodyOf(whole.body, *whole.items, part),
            R"({"a":1, "input" : ["\u00e9",[1, 2]], "encoding_format":"base64","b":2})");
  const Asked first(R"({"encoding_format":null,"input":["x","y"]})");
  part.items = {first.items->items[0]};
  EXPECT_EQ(BodyOf(first.body, *first.items, part),
            R"({"encoding_format":"base64","input":["x"]})");
  const Asked plain(R"( {"input":["x","y"]})");
  part.items = {plain.items->items[1]};
  EXPECT_EQ(BodyOf(plain.body, *plain.items, part),
            R"( {"encoding_format":"base64","input":["y"]})");
}

TEST(EmbeddingItems, BatchesAreEqualByTheirItemsOrderAndForm) {
  const auto key = [](const char* body) { return KeyOfItems(*Asked(body).items)->Hex(); };
  const std::string both = key(R"({"input":["a","b"]})");
  EXPECT_EQ(key(R"({"input":[ "a", "\u0062"]})"), both);
  EXPECT_NE(key(R"({"input":["b","a"]})"), both);
  EXPECT_NE(key(R"({"input":["a"]})"), both);
  EXPECT_NE(key(R"({"input":["a","b"],"encoding_format":"base64"})"), both);
}

Entry Whole(const char* body, int64_t tokens) {
  Entry whole;
  whole.content_type = "application/json";
  whole.body = body;
  whole.worker = "w";
  whole.stored_at_ms = 1000;
  whole.expires_at_ms = 9000;
  whole.input_tokens = tokens;
  whole.worker_ms = 10;
  return whole;
}

TEST(EmbeddingItems, EntriesOfTwoAnswersMakeOne) {
  const Asked two(R"({"input":["a","bcd"]})"), one(R"({"input":"e"})");
  const Entry first = Whole(R"({"data":[{"index":0,"embedding":[1]},{"index":1,"embedding":[2]}],)"
                            R"("usage":{"prompt_tokens":7}})",
                            7);
  Entry second = Whole(R"({"data":[{"index":0,"embedding":[3]}],"usage":{"prompt_tokens":4}})", 4);
  second.stored_at_ms = 500;
  auto entries = EntriesOf(*two.items, first);
  ASSERT_EQ(entries.size(), 2U);
  EXPECT_EQ(entries[0]->input_tokens + entries[1]->input_tokens, 7);
  EXPECT_LT(entries[0]->input_tokens, entries[1]->input_tokens);
  EXPECT_EQ(entries[0]->worker_ms + entries[1]->worker_ms, 10);
  EXPECT_FALSE(KnowsItsTokens(*entries[0]));
  entries.push_back(EntriesOf(*one.items, second).at(0));
  EXPECT_TRUE(KnowsItsTokens(*entries[2]));
  std::swap(entries[0], entries[2]);
  const auto answer = AnswerOf(*two.items, entries, *entries[0]);
  ASSERT_NE(answer, nullptr);
  EXPECT_EQ(answer->body, R"({"data":[{"index":0,"embedding":[3]},{"index":1,"embedding":[2]},)"
                          R"({"index":2,"embedding":[1]}],"usage":{"prompt_tokens":11}})");
  EXPECT_EQ(answer->stored_at_ms, 500);
  EXPECT_EQ(answer->input_tokens, 11);
  EXPECT_EQ(answer->worker_ms, 20);
}

TEST(EmbeddingItems, VectorsOfTwoWidthsAndForeignEntriesMakeNoAnswer) {
  const Asked one(R"({"input":"e"})");
  auto entries = EntriesOf(*one.items, Whole(R"({"data":[{"index":0,"embedding":[3]}]})", 1));
  entries.push_back(
      EntriesOf(*one.items, Whole(R"({"data":[{"index":0,"embedding":[3,4]}]})", 1)).at(0));
  EXPECT_EQ(AnswerOf(*one.items, entries, *entries[0]), nullptr);
  for (const char* body : {"", "{}", R"({"data":[{"index":0,"embedding":[3]}]})"}) {
    const std::vector<EntryPtr> foreign = {std::make_shared<Entry>(Whole(body, 1))};
    EXPECT_EQ(AnswerOf(*one.items, foreign, *foreign[0]), nullptr) << body;
  }
  EXPECT_TRUE(EntriesOf(*one.items, Whole(R"({"data":[]})", 1)).empty());
}

}  // namespace
}  // namespace banto::cache
