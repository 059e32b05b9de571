// What a scan reports about the top-level members, with and without canonical text.
#include <gtest/gtest.h>

#include <cctype>
#include <string>

#include "proxy/json/json_scan.h"
#include "tests/unit/json/json_document.h"
#include "tests/unit/json/json_speller.h"

namespace banto::json {
namespace {

std::string UpperCase(std::string_view text) {
  std::string upper(text);
  for (char& c : upper) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return upper;
}

TEST(JsonMembers, EveryKnownNameIsFoundByItsField) {
  JsonScan scan;
  for (size_t i = 1; i < kJsonFieldCount; ++i) {
    const auto field = static_cast<JsonField>(i);
    const std::string name(JsonFieldName(field));
    const std::string body = "{\"a\":1,\"" + name + "\":2,\"z\":3}";
    ASSERT_EQ(scan.Scan(body), JsonStatus::kOk);
    ASSERT_NE(scan.Find(field), nullptr) << name;
    EXPECT_EQ(scan.Find(field)->value, "2") << name;
    EXPECT_EQ(scan.Find(name), scan.Find(field)) << name;
    EXPECT_TRUE(scan.fields().Has(field)) << name;
    for (const std::string& other : {name + "s", "x" + name, name.substr(1), name + "\\u0000"}) {
      const std::string near = "{\"" + other + "\":2}";
      ASSERT_EQ(scan.Scan(near), JsonStatus::kOk);
      EXPECT_EQ(scan.Find(field), nullptr) << other;
      EXPECT_FALSE(scan.fields().Has(field)) << other;
    }
  }
}

TEST(JsonMembers, OtherCaseIsDistinguished) {
  JsonScan scan;
  for (size_t i = 1; i < kJsonFieldCount; ++i) {
    const auto field = static_cast<JsonField>(i);
    const std::string name(JsonFieldName(field));
    std::string one_letter = name;
    one_letter.back() = static_cast<char>(std::toupper(static_cast<unsigned char>(name.back())));
    for (const std::string& other : {UpperCase(name), one_letter}) {
      const std::string body = "{\"" + other + "\":2}";
      ASSERT_EQ(scan.Scan(body), JsonStatus::kOk);
      EXPECT_EQ(scan.Find(field), nullptr) << other;
      EXPECT_TRUE(scan.fields().Has(field)) << other;
      EXPECT_EQ(scan.members()[0].field, field) << other;
      EXPECT_FALSE(scan.members()[0].exact) << other;
    }
  }
  // A letter's case is one bit, but setting that bit does not turn every byte into a letter.
  scan.Scan("{\"max\\u007ftokens\":1,\"\\u004eame\":2}");
  EXPECT_FALSE(scan.fields().Has(JsonField::kMaxTokens));
  EXPECT_TRUE(scan.fields().Has(JsonField::kName));
}

TEST(JsonMembers, EscapedNamesAreKnown) {
  JsonScan scan;
  ASSERT_EQ(scan.Scan(R"({"mod\u0065l":"x","\u0073tream":true})"), JsonStatus::kOk);
  ASSERT_NE(scan.Find(JsonField::kModel), nullptr);
  EXPECT_EQ(scan.Find(JsonField::kModel)->value, "\"x\"");
  EXPECT_EQ(scan.Find(JsonField::kStream)->kind, JsonKind::kTrue);
}

TEST(JsonMembers, LastCompleteDuplicateCounts) {
  JsonScan scan;
  const auto model = [&scan](std::string_view body) {
    scan.Scan(body);
    const JsonMember* const member = scan.Find(JsonField::kModel);
    return std::string(member != nullptr ? member->value : "");
  };
  EXPECT_EQ(model(R"({"model":1,"Model":2,"model":3,"mOdel":4})"), "3");
  EXPECT_EQ(model(R"({"model":1,"model":2,"model":tru})"), "2");
  EXPECT_EQ(model(R"({"model":1)"), "1");
  EXPECT_EQ(model(R"({"model":1,"model")"), "1");
  EXPECT_EQ(model(R"({"model":)"), "");
  EXPECT_EQ(model(R"({"a":{"model":1}})"), "");
}

// Everything but the canonical text.
void ExpectSame(std::string_view body, int depth_max = JsonScan::kDepthMax) {
  // A copy of exactly this size lets the sanitizer detect reads beyond the end.
  const std::vector<char> exact(body.begin(), body.end());
  const std::string_view text(exact.data(), exact.size());
  JsonScan whole, members;
  ASSERT_EQ(whole.Scan(text, depth_max), members.ScanMembers(text, depth_max)) << body;
  EXPECT_FALSE(members.canonical());
  EXPECT_EQ(whole.canonical(), whole.status() == JsonStatus::kOk);
  EXPECT_EQ(whole.error_at(), members.error_at()) << body;
  EXPECT_EQ(whole.has_pointing_key(), members.has_pointing_key()) << body;
  ASSERT_EQ(whole.members().size(), members.members().size()) << body;
  for (size_t i = 0; i < whole.members().size(); ++i) {
    const JsonMember &a = whole.members()[i], &b = members.members()[i];
    EXPECT_EQ(a.key.data(), b.key.data());
    EXPECT_EQ(a.key.size(), b.key.size());
    EXPECT_EQ(a.value.data(), b.value.data());
    EXPECT_EQ(a.value.size(), b.value.size());
    EXPECT_EQ(a.kind, b.kind);
    EXPECT_EQ(a.field, b.field);
    EXPECT_EQ(a.exact, b.exact);
    EXPECT_EQ(whole.CanonicalKey(a), members.CanonicalKey(b));
  }
}

TEST(JsonMembers, WithoutCanonicalTextRandomBodiesAreTheSame) {
  Random random(7);
  for (int i = 0; i < 3000; ++i) {
    const std::string body = Speller(&random).Spell(RandomObject(random, 5));
    ExpectSame(body);
    ExpectSame(body, 3);
    std::string broken = body;
    broken[Below(random, broken.size())] = static_cast<char>(random());
    ExpectSame(broken);
    ExpectSame(std::string_view(body).substr(0, Below(random, body.size())));
  }
}

TEST(JsonMembers, WithoutCanonicalTextOddBodiesAreTheSame) {
  for (const char* const body :
       {"", " ", "[]", "[1,2", "1", "\"x\"", "{}", "{", "{\"a\"", "{\"a\":", "{\"a\":1", "nul",
        "{\"a\":1,\"a\":2}", "{\"a\":{\"b\":1,\"\\u0062\":2}}", "{\"a\":\"\\ud800\"}",
        "{\"a\":[1,2,,3]}", "{\"a\":01}", "{\"a\":1}x", "[{\"b\":1,\"b\":2}]"}) {
    ExpectSame(body);
    ExpectSame(body, 0);
    ExpectSame(body, 1);
  }
}

TEST(JsonMembers, DuplicatesAmongManyKeysAreFoundWithoutCanonicalText) {
  JsonScan scan;
  for (const int count : {2, 3, 11, 12, 13, 14, 40, 1000}) {
    std::string body = "{\"o\":{";
    for (int i = count; i-- > 0;) body += "\"a key of some size " + std::to_string(i) + "\":0,";
    std::string good = body + "\"z\":0}}", bad = body + "\"a key of some size 1\":0}}";
    EXPECT_EQ(scan.ScanMembers(good), JsonStatus::kOk) << count;
    EXPECT_EQ(scan.ScanMembers(bad), JsonStatus::kDuplicateKey) << count;
  }
}

}  // namespace
}  // namespace banto::json
