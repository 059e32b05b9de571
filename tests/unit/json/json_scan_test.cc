#include "proxy/json/json_scan.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/unit/json/json_document.h"

namespace banto::json {
namespace {

TEST(JsonScan, MembersAreSortedAtEveryDepth) {
  EXPECT_EQ(CanonicalOf(R"({"b":{"d":1,"c":[{"z":1,"y":{"b":2,"a":1}}]},"a":2})"),
            R"({"a":2,"b":{"c":[{"y":{"a":1,"b":2},"z":1}],"d":1}})");
}

TEST(JsonScan, UnsortedObjectsInsideSortedOnesAreSorted) {
  EXPECT_EQ(CanonicalOf(R"({"a":{"b":{"y":1,"x":2},"c":{"y":3,"x":4}},"d":[{},{"q":{},"p":[]}]})"),
            R"({"a":{"b":{"x":2,"y":1},"c":{"x":4,"y":3}},"d":[{},{"p":[],"q":{}}]})");
}

TEST(JsonScan, WhiteSpaceIsDropped) {
  EXPECT_EQ(CanonicalOf(" {\r\n\t\"a\" : [ 1 , { } , [ ] ] , \"b\" : \"x y\" }\n"),
            R"({"a":[1,{},[]],"b":"x y"})");
}

TEST(JsonScan, ArrayOrderStays) { EXPECT_EQ(CanonicalOf("{\"a\":[3,1,2]}"), "{\"a\":[3,1,2]}"); }

TEST(JsonScan, NumbersStayAsSpelt) {
  const char* const body = R"({"a":1.0,"b":1,"c":1e2,"d":-0,"e":123456789012345678901234567890})";
  EXPECT_EQ(CanonicalOf(body), body);
}

TEST(JsonScan, EscapesAreFolded) {
  EXPECT_EQ(CanonicalOf(R"({"a":"\u00e9\/\u0041\ud83d\ude00\u005C\u0022\u000A\u0008\u001F"})"),
            "{\"a\":\"é/A😀\\\\\\\"\\n\\b\\u001f\"}");
}

TEST(JsonScan, EscapedKeysAreTheirCharacters) {
  JsonScan scan;
  ASSERT_EQ(scan.Scan(R"({"\u006dodel":"x","b":1})"), JsonStatus::kOk);
  const JsonMember* const model = scan.Find("model");
  ASSERT_NE(model, nullptr);
  EXPECT_EQ(model->key, R"(\u006dodel)");
  EXPECT_EQ(scan.CanonicalKey(*model), "model");
  EXPECT_EQ(model->value, R"("x")");
}

TEST(JsonScan, MembersHaveKindAndValue) {
  JsonScan scan;
  ASSERT_EQ(
      scan.Scan(R"({"n":null,"t":true,"f":false,"i":-1.5,"s":"x","a":[1],"o":{"b":1,"a":2}})"),
      JsonStatus::kOk);
  const std::vector<std::pair<JsonKind, std::string_view>> want = {
      {JsonKind::kNull, "null"},
      {JsonKind::kTrue, "true"},
      {JsonKind::kFalse, "false"},
      {JsonKind::kNumber, "-1.5"},
      {JsonKind::kString, "\"x\""},
      {JsonKind::kArray, "[1]"},
      {JsonKind::kObject, R"({"b":1,"a":2})"}};
  ASSERT_EQ(scan.members().size(), want.size());
  for (size_t i = 0; i < want.size(); ++i) {
    EXPECT_EQ(scan.members()[i].kind, want[i].first) << i;
    EXPECT_EQ(scan.members()[i].value, want[i].second) << i;
  }
  EXPECT_EQ(scan.Canonical(scan.members()[6]), R"({"a":2,"b":1})");
}

TEST(JsonScan, DeepUnsortedObjectsAreSortedInsideOut) {
  std::string body = "1", want = "1";
  for (int i = 0; i < 100; ++i) {
    body = "{\"b\":" + body + ",\"a\":[" + std::to_string(i) + "]}";
    want = "{\"a\":[" + std::to_string(i) + "],\"b\":" + want + "}";
  }
  EXPECT_EQ(CanonicalOf(body), want);
}

TEST(JsonScan, ManyKeysInAnyOrderAreSorted) {
  constexpr int kKeys = 100000;
  const auto member = [](int i) {
    char text[24];
    std::snprintf(text, sizeof text, "\"k%06d\":%d", i, i);
    return std::string(text);
  };
  std::string body = "{\"a\":{", want = body;
  for (int i = 0; i < kKeys; ++i) {
    body += (i > 0 ? "," : "") + member(kKeys - 1 - i);
    want += (i > 0 ? "," : "") + member(i);
  }
  EXPECT_EQ(CanonicalOf(body + "}}"), want + "}}");
  EXPECT_EQ(CanonicalOf(body + "," + member(0) + "}}"), "duplicate_key");
}

TEST(JsonScan, StringsOfEveryLengthKeepTheirBytes) {
  // Every place of a special byte relative to the vectors' edges.
  for (size_t size = 0; size < 130; ++size) {
    for (const char* const special : {"", "é", "\\n", "\\\"", "語"}) {
      const std::string body = "{\"a\":\"" + std::string(size, 'x') + special + "y\"}";
      EXPECT_EQ(CanonicalOf(body), body);
    }
    EXPECT_EQ(CanonicalOf("{\"a\":\"" + std::string(size, 'x') + "\n\"}"), "malformed") << size;
    EXPECT_EQ(CanonicalOf("{\"a\":\"" + std::string(size, 'x') + "\xE9\"}"), "bad_utf8") << size;
    EXPECT_EQ(CanonicalOf("{\"a\":\"" + std::string(size, 'x')), "malformed") << size;
  }
}

TEST(JsonScan, OneScanReadsManyBodies) {
  JsonScan scan;
  const std::string large = "{\"b\":\"" + std::string(100000, 'x') + "\",\"a\":{\"d\":1,\"c\":2}}";
  for (int round = 0; round < 3; ++round) {
    ASSERT_EQ(scan.Scan(large), JsonStatus::kOk);
    EXPECT_EQ(CanonicalDocument(scan).size(), large.size());
    ASSERT_EQ(scan.Scan("{\"q\":{\"b\":1,\"a\":2}}"), JsonStatus::kOk);
    EXPECT_EQ(CanonicalDocument(scan), "{\"q\":{\"a\":2,\"b\":1}}");
    ASSERT_EQ(scan.Scan("{"), JsonStatus::kMalformed);
    ASSERT_EQ(scan.Scan("{}"), JsonStatus::kOk);
    EXPECT_EQ(CanonicalDocument(scan), "{}");
    scan.Release();
    EXPECT_TRUE(scan.members().empty());
  }
}

TEST(JsonScan, MovedScanKeepsItsText) {
  JsonScan scan;
  ASSERT_EQ(scan.Scan("{\"q\":{\"b\":1,\"a\":2}}"), JsonStatus::kOk);
  const JsonScan moved = std::move(scan);
  EXPECT_EQ(CanonicalDocument(moved), "{\"q\":{\"a\":2,\"b\":1}}");
}

TEST(JsonScan, UrlKeysAreNoticedAtAnyDepth) {
  JsonScan scan;
  scan.Scan(R"({"a":[{"image_url":1}]})");
  EXPECT_TRUE(scan.has_pointing_key());
  scan.Scan(R"({"a":[{"image_\u0055RL":1}]})");
  EXPECT_TRUE(scan.has_pointing_key());
  scan.Scan(R"({"a":["image_url"],"urls":1,"rl":2})");
  EXPECT_FALSE(scan.has_pointing_key());
}

}  // namespace
}  // namespace banto::json
