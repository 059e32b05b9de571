#include "proxy/question/prompt_blocks.h"

#include <gtest/gtest.h>

#include <string>

namespace banto {
namespace {

std::vector<uint64_t> ChainOf(std::string_view json, uint64_t seed = 1) {
  PromptBlocks blocks(seed);
  blocks.AddJson(json);
  return blocks.TakeChain();
}

std::string Message(const std::string& text) {
  return R"({"role":"user","content":")" + text + R"("})";
}

std::string Words(size_t bytes, char letter) {
  std::string text;
  while (text.size() < bytes) text.append(6, letter).append(" ");
  text.resize(bytes);
  return text;
}

size_t Common(const std::vector<uint64_t>& a, const std::vector<uint64_t>& b) {
  size_t at = 0;
  while (at < a.size() && at < b.size() && a[at] == b[at]) ++at;
  return at;
}

TEST(PromptBlocks, TheNextTurnBeginsWithTheLastOne) {
  const std::string first = Message(Words(5'000, 'a'));
  const auto one = ChainOf("[" + first + "]");
  const auto two = ChainOf("[" + first + "," + Message(Words(900, 'b')) + "]");
  EXPECT_EQ(one.size(), 19u);
  EXPECT_EQ(Common(one, two), 19u);
  EXPECT_GT(two.size(), 20u);
}

TEST(PromptBlocks, OneLetterAtTheBeginningChangesEverything) {
  const auto one = ChainOf("[" + Message("x" + Words(5'000, 'a')) + "]");
  const auto two = ChainOf("[" + Message("y" + Words(5'000, 'a')) + "]");
  EXPECT_EQ(Common(one, two), 0u);
}

TEST(PromptBlocks, WhiteSpaceBetweenTokensDoesNotMatterButInTextsItDoes) {
  const std::string text(3'000, 'a');
  const auto tight = ChainOf(R"([{"role":"user","content":")" + text + R"("}])");
  const auto loose = ChainOf("[ {\n\t\"role\" : \"user\", \"content\": \"" + text + "\" }\r\n]");
  EXPECT_EQ(tight, loose);
  EXPECT_NE(ChainOf("[\"a b" + text + "\"]"), ChainOf("[\"ab" + text + "\"]"));
}

TEST(PromptBlocks, QuotesInTextsDoNotEndThem) {
  const std::string rest(600, 'z');
  EXPECT_NE(ChainOf("[\"a\\\" b" + rest + "\"]"), ChainOf("[\"a\\\"b" + rest + "\"]"));
  EXPECT_EQ(ChainOf("[\"a\\\\\" ,\"" + rest + "\"]"), ChainOf("[\"a\\\\\",\"" + rest + "\"]"));
}

TEST(PromptBlocks, ModelsHaveNothingInCommon) {
  const std::string json = "\"" + Words(2'000, 'a') + "\"";
  EXPECT_EQ(Common(ChainOf(json, 1), ChainOf(json, 2)), 0u);
}

TEST(PromptBlocks, PicturesCountByTheirDigest) {
  const auto picture = [](char c) {
    return R"({"url":"data:image/png;base64,)" + std::string(400'000, c) + R"("})";
  };
  PromptBlocks blocks(1);
  blocks.AddJson("[" + picture('A') + "," + picture('B') + "]");
  EXPECT_EQ(blocks.binaries(), 2);
  EXPECT_LT(blocks.text_bytes(), 100);
  const std::string rest = Message(Words(3'000, 'q'));
  EXPECT_EQ(ChainOf("[" + picture('A') + "," + rest + "]"),
            ChainOf("[" + picture('A') + "," + rest + "]"));
  EXPECT_EQ(Common(ChainOf("[" + picture('A') + "," + rest + "]"),
                   ChainOf("[" + picture('B') + "," + rest + "]")),
            0u);
}

TEST(PromptBlocks, LongProseIsNoPicture) {
  std::string prose, chinese;
  for (int i = 0; i < 2'000; ++i) prose += "word and ", chinese += "你好世界";
  PromptBlocks blocks(1);
  blocks.AddJson("[\"" + prose + "\",\"" + chinese + "\"]");
  EXPECT_EQ(blocks.binaries(), 0);
  EXPECT_EQ(blocks.text_bytes(), static_cast<int64_t>(prose.size() + chinese.size() + 7));
}

TEST(PromptBlocks, EscapedTextIsNoPicture) {
  std::string escaped, slashes;
  for (int i = 0; i < 2'000; ++i) escaped += "\\u4f60", slashes += "abc\\/";
  PromptBlocks blocks(1);
  blocks.AddJson("\"" + escaped + "\"");
  EXPECT_EQ(blocks.binaries(), 0);
  blocks.AddJson("\"" + slashes + "\"");
  EXPECT_EQ(blocks.binaries(), 1);
}

TEST(PromptBlocks, EndlessPromptsAreToldApartUpToABound) {
  const auto chain = ChainOf("\"" + std::string(1'000'000, ' ') + "\"");
  EXPECT_EQ(chain.size(), PromptBlocks::kBlocksMax);
}

TEST(PromptBlocks, WhatIsNoJsonIsReadAnyhow) {
  for (const std::string json : {"\"", "\"abc", "[\"a\\", "", "\\\"", "\"\\\"", " \n", "{\"a\":"}) {
    PromptBlocks blocks(1);
    blocks.AddJson(json);
    EXPECT_LE(blocks.text_bytes(), static_cast<int64_t>(json.size())) << json;
  }
}

}  // namespace
}  // namespace banto
