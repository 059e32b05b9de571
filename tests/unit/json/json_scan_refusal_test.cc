// What json_scan refuses, which status it returns, and what can still be routed then.
#include <gtest/gtest.h>

#include <string>

#include "proxy/json/json_scan.h"
#include "tests/unit/json/json_document.h"

namespace banto::json {
namespace {

std::string Nested(size_t depth, std::string_view open, std::string_view close) {
  std::string text;
  for (size_t i = 0; i < depth; ++i) text += open;
  text += "0";
  for (size_t i = 0; i < depth; ++i) text += close;
  return text;
}

TEST(JsonScanRefusal, KeysEqualAfterEscapesAreDuplicates) {
  EXPECT_EQ(CanonicalOf(R"({"a":1,"\u0061":2})"), "duplicate_key");
  EXPECT_EQ(CanonicalOf(R"({"x":[{"b":1,"a":2,"b":3}]})"), "duplicate_key");
}

TEST(JsonScanRefusal, DuplicateModelIsTheLastOne) {
  JsonScan scan;
  ASSERT_EQ(scan.Scan(R"({"model":"a","model":"b"})"), JsonStatus::kDuplicateKey);
  EXPECT_EQ(scan.Find("model")->value, R"("b")");
}

TEST(JsonScanRefusal, MalformedBodiesAreRefused) {
  for (const char* const body : {"",
                                 " ",
                                 "{",
                                 "}",
                                 "{\"a\"}",
                                 "{\"a\":}",
                                 "{\"a\":1,}",
                                 "{,}",
                                 "{\"a\":1 \"b\":2}",
                                 "{a:1}",
                                 "{\"a\":[1,]}",
                                 "{\"a\":[,1]}",
                                 "{\"a\":[1 2]}",
                                 "{\"a\":1]",
                                 "{\"a\":[1}",
                                 "{\"a\":1}}",
                                 "{\"a\":1} x",
                                 "{\"a\":1}{}",
                                 "{'a':1}",
                                 "{\"a\":nul}",
                                 "{\"a\":nulll}",
                                 "{\"a\":True}",
                                 "{\"a\":NaN}",
                                 "{\"a\":Infinity}",
                                 "{\"a\":01}",
                                 "{\"a\":1.}",
                                 "{\"a\":.5}",
                                 "{\"a\":+1}",
                                 "{\"a\":1e}",
                                 "{\"a\":1e+}",
                                 "{\"a\":-}",
                                 "{\"a\":--1}",
                                 "{\"a\":0x1}",
                                 "{\"a\":\"x}",
                                 "{\"a\":\"\\\"}",
                                 "{\"a\":\"\\x\"}",
                                 "{\"a\":\"\\u12\"}",
                                 "{\"a\":\"\\u12g4\"}",
                                 "{\"a\":\"\n\"}",
                                 "{\"a\":\"\x1f\"}",
                                 "{\"a\":1 /* c */}",
                                 "{\"a\":1}\v",
                                 "{\"a\":t",
                                 "[1",
                                 "[1}",
                                 "nul",
                                 "-",
                                 "{\"a\":1",
                                 "{\"a\"",
                                 "{\"a",
                                 "\xEF\xBB\xBF{}"}) {
    EXPECT_EQ(CanonicalOf(body), "malformed") << body;
  }
  EXPECT_EQ(CanonicalOf(std::string_view("{\"a\":\"\0\"}", 9)), "malformed");
  EXPECT_EQ(CanonicalOf(std::string_view("{}\0", 3)), "malformed");
}

TEST(JsonScanRefusal, OtherValuesThanObjectsAreNamed) {
  for (const char* const body :
       {"[]", "[{\"b\":1,\"a\":2}]", "1", "-0.5", "\"x\"", "null", " true "}) {
    EXPECT_EQ(CanonicalOf(body), "not_object") << body;
  }
}

TEST(JsonScanRefusal, BadUtf8IsNamed) {
  for (const char* const text :
       {"\xFF", "\xC0\x80", "\xC3", "\xE0\x80\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80",
        "\xF8\x88\x80\x80\x80", "\x80", "ok\xE2\x82", "\xE2\x82\\n", R"(\ud800)", R"(\udc00)",
        R"(\ud800\ud800)", R"(\ud83d x)", R"(\ude00\ud83d)",
        "a long stretch of plain text before the bad byte \xFE and some text after"}) {
    EXPECT_EQ(CanonicalOf("{\"a\":\"" + std::string(text) + "\"}"), "bad_utf8") << text;
    EXPECT_EQ(CanonicalOf("{\"" + std::string(text) + "\":1}"), "bad_utf8") << text;
  }
}

TEST(JsonScanRefusal, ModelIsFoundAfterBadUtf8) {
  JsonScan scan;
  ASSERT_EQ(scan.Scan(R"({"messages":"cut \ud83d","model":"m"})"), JsonStatus::kBadUtf8);
  ASSERT_NE(scan.Find("model"), nullptr);
  EXPECT_EQ(scan.Find("model")->value, R"("m")");
}

TEST(JsonScanRefusal, ModelIsFoundAfterExcessiveNesting) {
  const std::string body =
      "{\"x\":" + Nested(200, "[{\"k]\":", "}]") + R"(,"s":"]}\"","model":"m"})";
  JsonScan scan;
  ASSERT_EQ(scan.Scan(body), JsonStatus::kTooDeep);
  ASSERT_NE(scan.Find("model"), nullptr);
  EXPECT_EQ(scan.Find("model")->value, R"("m")");
}

TEST(JsonScanRefusal, DepthMaxIsTheDeepestAllowed) {
  EXPECT_EQ(CanonicalOf("{\"a\":[[[]]]}", 4), "{\"a\":[[[]]]}");
  EXPECT_EQ(CanonicalOf("{\"a\":[[[]]]}", 3), "too_deep");
  EXPECT_EQ(CanonicalOf("{\"a\":[[{}]]}", 3), "too_deep");
  EXPECT_EQ(CanonicalOf("{}", 0), "too_deep");
}

TEST(JsonScanRefusal, HundredThousandDeepIsTooDeepOrMalformed) {
  constexpr size_t kDeep = 100000;
  EXPECT_EQ(CanonicalOf("{\"a\":" + Nested(kDeep, "[", "]") + "}"), "too_deep");
  EXPECT_EQ(CanonicalOf(Nested(kDeep, "{\"a\":", "}")), "too_deep");
  EXPECT_EQ(CanonicalOf(std::string(kDeep, '[')), "too_deep");
  EXPECT_EQ(CanonicalOf(std::string(kDeep, '{')), "malformed");
  // The same with a sufficient limit: nesting must not use the call stack.
  EXPECT_EQ(CanonicalOf(Nested(kDeep, "{\"a\":", "}"), 1 << 30), Nested(kDeep, "{\"a\":", "}"));
  EXPECT_EQ(CanonicalOf(Nested(kDeep, "{\"b\":0,\"a\":", "}"), 1 << 30).size(),
            Nested(kDeep, "{\"b\":0,\"a\":", "}").size());
}

std::string Members(size_t count) {
  std::string text = "\"k\":1";
  for (size_t i = 1; i < count; ++i) text += ",\"k\":1";
  return text;
}

// The verdicts of both scans.
JsonStatus Verdict(const std::string& body) {
  JsonScan scan, members;
  EXPECT_EQ(scan.Scan(body), members.ScanMembers(body));
  EXPECT_EQ(scan.error_at(), members.error_at());
  EXPECT_LE(scan.members().size(), JsonScan::kMembersMax);
  return scan.status();
}

TEST(JsonScanRefusal, MembersAreReadUpToABound) {
  constexpr size_t kMax = JsonScan::kMembersMax;
  EXPECT_EQ(Verdict("{" + Members(kMax) + "}"), JsonStatus::kDuplicateKey);
  EXPECT_EQ(Verdict("{" + Members(kMax + 1) + "}"), JsonStatus::kTooManyMembers);
  EXPECT_EQ(Verdict("{\"x\":{" + Members(kMax - 1) + "}}"), JsonStatus::kDuplicateKey);
  EXPECT_EQ(Verdict("{\"x\":{" + Members(kMax) + "}}"), JsonStatus::kTooManyMembers);
  std::string objects = "{\"b\":1,\"a\":2}";
  for (size_t i = 2; i < kMax; i += 2) objects += ",{\"b\":1,\"a\":2}";
  EXPECT_EQ(Verdict("{\"x\":[" + objects + "]}"), JsonStatus::kTooManyMembers);
  EXPECT_EQ(Verdict("[" + objects + "]"), JsonStatus::kNotObject);
}

TEST(JsonScanRefusal, NothingIsReadAfterTooManyMembers) {
  const std::string body = "{" + Members(JsonScan::kMembersMax) + ",\"model\":\"m\"} x";
  JsonScan scan;
  EXPECT_EQ(scan.Scan(body), JsonStatus::kTooManyMembers);
  EXPECT_EQ(scan.error_at(), body.find("\"model\""));
  EXPECT_EQ(scan.Find(JsonField::kModel), nullptr);
}

TEST(JsonScanRefusal, EveryPrefixOfABodyIsMalformed) {
  const std::string body =
      R"({"model":"m","messages":[{"role":"user","content":"a\u00e9\ud83d\ude00 é"}],"n":-1.5e+3,"t":true})";
  ASSERT_NE(CanonicalOf(body), "malformed");
  for (size_t size = 0; size < body.size(); ++size) {
    EXPECT_EQ(CanonicalOf(std::string_view(body).substr(0, size)), "malformed") << size;
  }
}

TEST(JsonScanRefusal, MembersBeforeTheErrorAreKept) {
  JsonScan scan;
  ASSERT_EQ(scan.Scan(R"({"model":"m","messages":[{"a":)"), JsonStatus::kMalformed);
  EXPECT_EQ(scan.members().size(), 1U);
  EXPECT_EQ(scan.Find("model")->value, R"("m")");
  EXPECT_EQ(scan.Find("messages"), nullptr);
}

TEST(JsonScanRefusal, ErrorGivesTheByteOffset) {
  JsonScan scan;
  EXPECT_EQ(scan.Scan("{\"a\":1,}"), JsonStatus::kMalformed);
  EXPECT_EQ(scan.error_at(), 7U);
  EXPECT_EQ(scan.Scan("{\"a\":\"\\q\"}"), JsonStatus::kMalformed);
  EXPECT_EQ(scan.error_at(), 6U);
}

}  // namespace
}  // namespace banto::json
