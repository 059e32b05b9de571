#include <gtest/gtest.h>

#include <string>

#include "proxy/json/json_scan.h"
#include "proxy/json/utf8.h"

namespace banto::json {
namespace {

std::string Quoted(std::string_view text) {
  std::string out = "before:";
  AppendJsonString(text, &out);
  return out.substr(7);
}

TEST(JsonString, EscapesAreResolved) {
  std::string text = "old";
  ASSERT_TRUE(
      DecodeJsonString(R"("a\n\t\b\f\r\/\\\"\u0041\u00e9\u8a9e\ud83d\ude00\u0000z")", &text));
  EXPECT_EQ(text, std::string("a\n\t\b\f\r/\\\"Aé語😀\0z", 21));
}

TEST(JsonString, InvalidStringsAreRefused) {
  std::string text;
  for (const char* const quoted : {"", "\"", "x", "\"x", "x\"", "null", "\"\\\"", "\"a\"b\"",
                                   "\"\n\"", R"("\x")", R"("\u00g0")", R"("\u00")", R"("\ud800")",
                                   R"("\udc00\ud800")", "\"\xFF\"", "\"\xED\xA0\x80\""}) {
    EXPECT_FALSE(DecodeJsonString(quoted, &text)) << quoted;
  }
}

TEST(JsonString, OnlyWhatMustBeIsEscaped) {
  EXPECT_EQ(Quoted("a/b'é語😀\x7f"), "\"a/b'é語😀\x7f\"");
  EXPECT_EQ(Quoted("\"\\\n\r\t\b\f\x01\x1f"), R"("\"\\\n\r\t\b\f\u0001\u001f")");
  EXPECT_EQ(Quoted(std::string_view("\0", 1)), R"("\u0000")");
  EXPECT_EQ(Quoted(""), "\"\"");
}

TEST(JsonString, BytesThatAreNotUtf8BecomeReplacements) {
  EXPECT_EQ(Quoted("a\xFFz"), "\"a\uFFFDz\"");
  EXPECT_EQ(Quoted("a\xE8\xAA"), "\"a\uFFFD\"");
  EXPECT_EQ(Quoted("\xC3\"\n"), "\"\uFFFD\\\"\\n\"");
}

TEST(JsonString, EveryCharacterRoundTrips) {
  for (uint32_t code = 0; code <= 0x10FFFF; ++code) {
    if (code == 0xD800) code = 0xE000;
    char utf8[4];
    const std::string text =
        "x" + std::string(utf8, static_cast<size_t>(PutUtf8(code, utf8) - utf8));
    ASSERT_TRUE(IsUtf8(text)) << code;
    std::string decoded;
    ASSERT_TRUE(DecodeJsonString(Quoted(text), &decoded)) << code;
    ASSERT_EQ(decoded, text) << code;
  }
}

}  // namespace
}  // namespace banto::json
