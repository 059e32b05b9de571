// json_scan against simdjson and nlohmann::json, on random and on malformed documents.
#include <gtest/gtest.h>

#include <simdjson.h>

#include <nlohmann/json.hpp>
#include <string>

#include "proxy/json/json_scan.h"
#include "tests/unit/json/json_document.h"
#include "tests/unit/json/json_speller.h"

namespace banto::json {
namespace {

bool Change(Random& random, Node* node);

bool ChangeContainer(Random& random, Node* node) {
  const bool object = node->kind == JsonKind::kObject;
  if (node->children.empty()) {
    node->children.emplace_back();
    if (object) node->keys.emplace_back("new");
    return true;
  }
  const size_t at = Below(random, node->children.size());
  if (!object || Below(random, 4) > 0) return Change(random, &node->children[at]);
  node->keys[at] += "new";
  return true;
}

// Makes one significant change.
bool Change(Random& random, Node* node) {
  switch (node->kind) {
    case JsonKind::kNull:
      node->kind = JsonKind::kFalse;
      return true;
    case JsonKind::kTrue:
    case JsonKind::kFalse:
      node->kind = JsonKind::kNull;
      return true;
    case JsonKind::kNumber:
      node->text += node->text.find_first_of(".eE") == std::string::npos ? ".0" : "0";
      return true;
    case JsonKind::kString:
      node->text += Below(random, 2) == 0 ? "\"" : " ";
      return true;
    case JsonKind::kArray:
    case JsonKind::kObject:
      return ChangeContainer(random, node);
  }
  return false;
}

TEST(JsonOracle, EqualDocumentsHaveOneCanonicalText) {
  Random random(1);
  for (int i = 0; i < 2000; ++i) {
    const Node node = RandomObject(random, 5);
    const std::string plain = CanonicalOf(Speller(nullptr).Spell(node));
    const std::string fancy = Speller(&random).Spell(node);
    ASSERT_EQ(CanonicalOf(fancy), plain) << fancy;
    ASSERT_EQ(CanonicalOf(plain), plain);
  }
}

TEST(JsonOracle, DifferentDocumentsHaveDifferentTexts) {
  Random random(2);
  for (int i = 0; i < 2000; ++i) {
    Node node = RandomObject(random, 5);
    const std::string before = CanonicalOf(Speller(&random).Spell(node));
    ASSERT_TRUE(Change(random, &node));
    const std::string changed = Speller(&random).Spell(node);
    ASSERT_NE(CanonicalOf(changed), before) << changed;
  }
}

TEST(JsonOracle, CanonicalTextMeansTheSameToNlohmann) {
  Random random(3);
  for (int i = 0; i < 2000; ++i) {
    const std::string body = Speller(&random).Spell(RandomObject(random, 5));
    ASSERT_EQ(nlohmann::json::parse(CanonicalOf(body)), nlohmann::json::parse(body)) << body;
  }
}

TEST(JsonOracle, CanonicalTextIsNlohmannsDump) {
  // nlohmann sorts by decoded bytes and rounds numbers; with suitable keys and numbers the texts
  // agree to the byte.
  const std::string body =
      R"({"z":[1,{"d":"\u00e9\u001f\n\/","c":null}],"a":{"é":true,"e":-7,"語":"\ud83d\ude00"}})";
  EXPECT_EQ(CanonicalOf(body), nlohmann::json::parse(body).dump());
}

// Verdicts on a text that is not too deep. Where simdjson and nlohmann differ from us:
bool NlohmannTakes(const std::string& text) {
  if (text.starts_with("\xEF\xBB\xBF"))
    return false;  // it skips a byte order mark, which RFC 8259 §8.1 forbids
  return nlohmann::json::accept(text);
}

bool SimdjsonTakes(const std::string& text) {
  simdjson::dom::parser parser;
  simdjson::dom::element element;
  return parser.parse(text).get(element) == simdjson::SUCCESS;
}

// The oracles also refuse numbers that their types cannot represent: see KnownDifferencesAreThese.
bool HasExtremeNumber(const std::string& text) {
  size_t digits = 0;
  for (const char c : text) {
    if (digits >= 19 || (digits > 0 && (c | 0x20) == 'e')) return true;
    digits = c >= '0' && c <= '9' ? digits + 1 : 0;
  }
  return false;
}

bool WeTake(const std::string& text) {
  JsonScan scan;
  const JsonStatus status = scan.Scan(text);
  return status != JsonStatus::kMalformed && status != JsonStatus::kBadUtf8;
}

std::string Broken(Random& random, std::string text) {
  static constexpr std::string_view kBytes = "{}[]\",:\\u0019e.-+tfn \n\x01\x80\xC3\xED\xA0\xFF";
  for (size_t n = Below(random, 3) + 1; n > 0 && !text.empty(); --n) {
    const size_t at = Below(random, text.size());
    switch (Below(random, 4)) {
      case 0:
        text.erase(at, 1);
        break;
      case 1:
        text.insert(at, 1, kBytes[Below(random, kBytes.size())]);
        break;
      case 2:
        text[at] = kBytes[Below(random, kBytes.size())];
        break;
      default:
        text.insert(at, text.substr(Below(random, text.size()), Below(random, 12)));
        break;
    }
  }
  return text;
}

TEST(JsonOracle, NlohmannAndSimdjsonAcceptWhatWeAccept) {
  Random random(4);
  int taken = 0, refused = 0;
  for (int i = 0; i < 20000; ++i) {
    const std::string text = Broken(random, Speller(&random).Spell(RandomObject(random, 3)));
    if (HasExtremeNumber(text)) continue;
    const bool ours = WeTake(text);
    ASSERT_EQ(ours, NlohmannTakes(text)) << text;
    ASSERT_EQ(ours, SimdjsonTakes(text)) << text;
    ++(ours ? taken : refused);
  }
  EXPECT_GT(taken, 400);
  EXPECT_GT(refused, 1000);
}

TEST(JsonOracle, KnownDifferencesAreThese) {
  // simdjson reads integers into 64 bits, and both read fractions into doubles; we keep the
  // spelling.
  EXPECT_TRUE(WeTake("{\"a\":123456789012345678901234567890}"));
  EXPECT_FALSE(SimdjsonTakes("{\"a\":123456789012345678901234567890}"));
  EXPECT_TRUE(WeTake("{\"a\":1e999}"));
  EXPECT_FALSE(SimdjsonTakes("{\"a\":1e999}"));
  EXPECT_FALSE(nlohmann::json::accept("{\"a\":1e999}"));
  EXPECT_FALSE(WeTake("\xEF\xBB\xBF{}"));
  EXPECT_TRUE(nlohmann::json::accept("\xEF\xBB\xBF{}"));
}

}  // namespace
}  // namespace banto::json
