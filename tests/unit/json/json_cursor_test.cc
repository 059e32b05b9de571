#include "proxy/json/json_cursor.h"

#include <gtest/gtest.h>
#include <simdjson.h>

#include <random>
#include <string>

namespace banto::json {
namespace {

TEST(JsonCursor, ReturnsMembersInOrderWithRawValues) {
  JsonCursor json(R"( { "a" : 1.50 ,"b":"x\"y","c" : [ 1 , {} ],"d":null } )");
  std::string_view key;
  ASSERT_TRUE(json.EnterObject());
  ASSERT_TRUE(json.NextMember(&key));
  EXPECT_EQ(key, "a");
  EXPECT_EQ(json.Skip(), "1.50");
  ASSERT_TRUE(json.NextMember(&key));
  EXPECT_EQ(json.Peek(), '"');
  EXPECT_EQ(json.Skip(), R"("x\"y")");
  ASSERT_TRUE(json.NextMember(&key));
  EXPECT_EQ(json.Skip(), "[ 1 , {} ]");
  ASSERT_TRUE(json.NextMember(&key));
  EXPECT_EQ(key, "d");
  EXPECT_EQ(json.Skip(), "null");
  EXPECT_FALSE(json.NextMember(&key));
  EXPECT_TRUE(json.Finish());
}

TEST(JsonCursor, EntersNestedContainersInOnePass) {
  JsonCursor json(R"({"choices":[{"delta":{"content":"hi"}},{"delta":{}}],"id":"x"})");
  std::string_view key;
  std::string content, id;
  int elements = 0;
  ASSERT_TRUE(json.EnterObject());
  while (json.NextMember(&key)) {
    if (key != "choices") {
      id = json.Skip();
      continue;
    }
    ASSERT_TRUE(json.EnterArray());
    for (; json.NextElement(); ++elements) {
      ASSERT_TRUE(json.EnterObject());
      while (json.NextMember(&key)) {
        ASSERT_TRUE(json.EnterObject());
        while (json.NextMember(&key)) content = json.Skip();
      }
    }
  }
  EXPECT_TRUE(json.Finish());
  EXPECT_EQ(elements, 2);
  EXPECT_EQ(content, "\"hi\"");
  EXPECT_EQ(id, "\"x\"");
}

TEST(JsonCursor, EnteringTheWrongTypeLeavesTheValueInPlace) {
  JsonCursor json("[1]");
  EXPECT_FALSE(json.EnterObject());
  EXPECT_EQ(json.Skip(), "[1]");
  EXPECT_TRUE(json.Finish());
}

TEST(JsonCursor, MalformedTextIsNeverFinished) {
  for (const char* text :
       {"",        " ",           "{",          "}",   "[",        "]",       "{]",
        "[}",      "[1,]",        "{\"a\":1,}", "{,}", "[,]",      "{\"a\"}", "{\"a\":}",
        "{a:1}",   "{'a':1}",     "01",         "1.",  ".5",       "+1",      "1e",
        "--1",     "NaN",         "nul",        "tru", "truee",    "\"",      "\"\\\"",
        "\"\\x\"", "\"\\u12g4\"", "\"a\nb\"",   "1 2", "{} x",     "[1 2]",   "{\"a\":1 \"b\":2}",
        "[1],",    "\x01",        "{\"a\" 1}",  "[[]", "{\"a\":[}"}) {
    EXPECT_FALSE(IsJson(text)) << text;
  }
}

TEST(JsonCursor, NulByteIsNotTheEnd) {
  EXPECT_FALSE(IsJson(std::string_view("{}\0", 3)));
  EXPECT_FALSE(IsJson(std::string_view("[1,\0]", 5)));
}

TEST(JsonCursor, BadUtf8IsNotedButRead) {
  JsonCursor json("[\"a\xC3\x28\",2]");
  EXPECT_EQ(json.Skip().size(), 9U);
  EXPECT_TRUE(json.Finish());
  EXPECT_FALSE(json.utf8_ok());
  JsonCursor good("[\"番頭 \\u00e9 and a long tail that fills a vector\"]");
  good.Skip();
  EXPECT_TRUE(good.utf8_ok());
}

TEST(JsonCursor, DepthIsBoundedWithoutRecursion) {
  const std::string deep(JsonCursor::kSkipDepthMax, '[');
  const std::string closed = deep + std::string(JsonCursor::kSkipDepthMax, ']');
  EXPECT_TRUE(IsJson(closed));
  EXPECT_FALSE(IsJson("[" + closed + "]"));
  EXPECT_FALSE(IsJson(std::string(1000000, '[')));
}

TEST(JsonCursor, BrokenCursorStaysBroken) {
  JsonCursor json("{\"a\":tru,\"b\":1}");
  std::string_view key;
  ASSERT_TRUE(json.EnterObject());
  ASSERT_TRUE(json.NextMember(&key));
  EXPECT_TRUE(json.Skip().empty());
  EXPECT_FALSE(json.NextMember(&key));
  EXPECT_FALSE(json.NextElement());
  EXPECT_FALSE(json.Finish());
  EXPECT_FALSE(json.ok());
}

TEST(JsonCursor, EveryTruncationIsDetected) {
  const std::string text = R"({"a":[1,-2.5e+3,true,false,null,"x\u00e9\n"],"b":{"c":{}}})";
  EXPECT_TRUE(IsJson(text));
  for (size_t size = 0; size < text.size(); ++size) {
    // A separate copy, so that the sanitizer detects reads beyond its end.
    const std::vector<char> part(text.begin(), text.begin() + static_cast<long>(size));
    EXPECT_FALSE(IsJson({part.data(), part.size()})) << size;
  }
}

// simdjson is the oracle, for texts one or two bytes away from JSON.
TEST(JsonCursor, AgreesWithSimdjsonOnMutations) {
  const std::string text =
      R"({"id":"chatcmpl-1","n":[0,1.5,-2e3,{"a":null}],"s":"a\"\\\u00e9 é","t":true,"e":[],"o":{}})";
  const std::string bytes = "{}[]\",:0-.eE+tfn\\u \n\x01\x80\xC3";
  std::mt19937 random(7);
  simdjson::dom::parser parser;
  int good = 0;
  for (int round = 0; round < 60000; ++round) {
    std::string mutant = text;
    for (int change = static_cast<int>(random() % 2); change >= 0; --change) {
      const size_t at = random() % mutant.size();
      const char byte = bytes[random() % bytes.size()];
      switch (random() % 3) {
        case 0:
          mutant[at] = byte;
          break;
        case 1:
          mutant.insert(at, 1, byte);
          break;
        default:
          mutant.erase(at, 1);
      }
    }
    JsonCursor json(mutant);
    json.Skip();
    const bool ours = json.Finish() && json.utf8_ok();
    simdjson::dom::element element;
    const bool theirs = parser.parse(mutant).get(element) == simdjson::SUCCESS;
    // simdjson also refuses what it cannot represent: lone surrogates, numbers beyond a double.
    const bool may_differ =
        mutant.find("\\u") != std::string::npos && mutant.find("\\u00e9") == std::string::npos;
    if (!may_differ) {
      ASSERT_EQ(ours, theirs) << mutant;
    }
    good += ours;
  }
  EXPECT_GT(good, 1000);
}

TEST(JsonCursor, EmptyValuesHaveNoSubstance) {
  for (const char* raw : {"", "null", "\"\"", "[]", "{}", "false"}) EXPECT_FALSE(HasSubstance(raw));
  for (const char* raw : {"0", "true", "\" \"", "[1]", "{\"a\":1}"}) EXPECT_TRUE(HasSubstance(raw));
}

TEST(JsonCursor, IntegersAreReadOrFallBack) {
  EXPECT_EQ(IntegerOr("12", -1), 12);
  EXPECT_EQ(IntegerOr("-12", -1), -12);
  EXPECT_EQ(IntegerOr("12.9", -1), 12);
  EXPECT_EQ(IntegerOr("\"12\"", -1), -1);
  EXPECT_EQ(IntegerOr("", -1), -1);
  EXPECT_EQ(IntegerOr("99999999999999999999", -1), -1);
}

}  // namespace
}  // namespace banto::json
