// Field names as ids: exactly the names that EqualsNoCase would match, and no others.
#include "proxy/http/field_name.h"
#include "proxy/http/field_name_list.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "proxy/http/field_names.h"
#include "proxy/http/harmless_fields.h"
#include "proxy/http/message.h"

namespace banto::http {
namespace {

constexpr auto kLast = FieldName::kXRequestId;

// "Content-Length" …; empty for a family.
std::string_view FieldNameText(FieldName id) {
  for (const NamedField& own : kOwnNames) {
    if (own.id == id && !IsFamily(id)) return own.text;
  }
  return {};
}

const std::vector<std::string> kExchangeNames = {
    "Alt-Svc",       "NEL",         "OpenAI-Processing-Ms", "Report-To",
    "Server-Timing", "Set-Cookie2", "X-Process-Time",       "X-Runtime"};
const std::vector<std::string> kExchangePrefixes = {"Anthropic-RateLimit-", "RateLimit",
                                                    "X-RateLimit-"};

// Names of the lists in harmless_fields.h, prefixes with their '*'.
std::vector<std::string> NamesOf(std::string_view list) {
  std::vector<std::string> names;
  ForEachName(list, [&names](std::string_view name) { names.emplace_back(name); });
  return names;
}

// A name shorter than a word has no family.
bool IsIn(const std::string& name, std::string_view list) {
  for (const std::string& known : NamesOf(list)) {
    if (known.back() == '*' && name.size() < 8) continue;
    if (MatchesName(name, {&known, 1})) return true;
  }
  return false;
}

std::vector<FieldName> SingleNames() {
  std::vector<FieldName> ids;
  for (int i = 0; i <= static_cast<int>(kLast); ++i) {
    if (!IsFamily(static_cast<FieldName>(i))) ids.push_back(static_cast<FieldName>(i));
  }
  return ids;
}

// The expected entry, found by linear search.
FieldName Expected(const std::string& name) {
  for (const FieldName id : SingleNames()) {
    if (EqualsNoCase(name, FieldNameText(id))) return id;
  }
  for (const std::string& known : kExchangeNames) {
    if (EqualsNoCase(name, known)) return FieldName::kOfOneExchange;
  }
  if (IsIn(name, kSeparatingAfterAll)) return FieldName::kOfOneExchange;
  if (IsIn(name, kCredentialFields)) return FieldName::kCredential;
  for (const HarmlessGroup& group : kHarmlessFields) {
    if (!IsIn(name, group.names)) continue;
    return group.to == HarmlessTo::kAll ? FieldName::kHarmless : FieldName::kHarmlessToApi;
  }
  if (StartsWithNoCase(name, "Access-Control-")) return FieldName::kAccessControlOther;
  if (StartsWithNoCase(name, "X-Forwarded-")) return FieldName::kXForwardedOther;
  if (StartsWithNoCase(name, "X-Banto-")) return FieldName::kXBantoOther;
  for (const std::string& prefix : kExchangePrefixes) {
    if (StartsWithNoCase(name, prefix)) return FieldName::kOfOneExchange;
  }
  return FieldName::kOther;
}

std::vector<std::string> AllTexts() {
  std::vector<std::string> texts = kExchangeNames;
  for (const FieldName id : SingleNames()) texts.emplace_back(FieldNameText(id));
  for (const std::string& prefix : kExchangePrefixes) texts.push_back(prefix + "Any");
  texts.insert(texts.end(), kExchangePrefixes.begin(), kExchangePrefixes.end());
  std::vector<std::string_view> lists = {kSeparatingAfterAll, kCredentialFields};
  for (const HarmlessGroup& group : kHarmlessFields) lists.push_back(group.names);
  for (const std::string_view list : lists) {
    for (std::string name : NamesOf(list)) {
      if (name.back() == '*') name.back() = 'q';
      texts.push_back(name);
    }
  }
  texts.insert(texts.end(),
               {"Access-Control-", "Access-Control-Allow-Origin", "X-Forwarded-",
                "X-Forwarded-Prefix", "X-Banto-", "X-Banto-Reason", "X-Stainless-Lang", "A", ""});
  return texts;
}

TEST(FieldName, EveryNameIsKnownInEveryCase) {
  std::mt19937 random(1);
  for (const std::string& text : AllTexts()) {
    const FieldName id = Expected(text);
    for (int round = 0; round < 50; ++round) {
      std::string name = text;
      for (char& c : name) {
        const bool upper = round == 0 || (round > 1 && random() % 2 == 0);
        c = static_cast<char>(upper ? std::toupper(c) : std::tolower(c));
      }
      EXPECT_EQ(ClassifyFieldName(name), id) << name;
    }
  }
  for (const FieldName id : SingleNames()) {
    ASSERT_FALSE(FieldNameText(id).empty()) << static_cast<int>(id);
    EXPECT_EQ(ClassifyFieldName(FieldNameText(id)), id) << FieldNameText(id);
  }
}

// Every bit of every byte flipped, every byte removed or doubled, and truncations at both ends.
TEST(FieldName, NearMissesAreWhatTheyWouldBeByComparison) {
  for (const std::string& text : AllTexts()) {
    for (size_t i = 0; i < text.size(); ++i) {
      for (int bit = 0; bit < 8; ++bit) {
        std::string name = text;
        name[i] = static_cast<char>(name[i] ^ (1 << bit));
        EXPECT_EQ(ClassifyFieldName(name), Expected(name)) << text << " at " << i << " bit " << bit;
      }
      for (const std::string& name :
           {text.substr(0, i), text.substr(i), text.substr(0, i) + text.substr(i + 1),
            text.substr(0, i) + text[i] + text.substr(i)}) {
        EXPECT_EQ(ClassifyFieldName(name), Expected(name)) << name;
      }
    }
    for (const char c : {'-', '_', 'a', ' ', '\0', '\r'}) {
      EXPECT_EQ(ClassifyFieldName(text + c), Expected(text + c)) << text;
      EXPECT_EQ(ClassifyFieldName(c + text), Expected(c + text)) << text;
    }
  }
}

TEST(FieldName, SetsContainTheirNames) {
  constexpr FieldSet set = FieldSet{FieldName::kHost} | FieldSet{FieldName::kVia};
  EXPECT_TRUE(set.Has(FieldName::kHost));
  EXPECT_TRUE(set.Has(FieldName::kVia));
  EXPECT_FALSE(set.Has(FieldName::kOther));
  EXPECT_FALSE(FieldSet().Has(FieldName::kOther));
  for (const char* name :
       {"connection", "Keep-Alive", "PROXY-connection", "te", "TRAILER", "Transfer-Encoding",
        "Upgrade", "Proxy-Authenticate", "Proxy-Authorization"}) {
    EXPECT_TRUE(kHopByHopFields.Has(ClassifyFieldName(name))) << name;
  }
  for (const char* name :
       {"Accept", "Authorization", "X-Other", "Close2", "Content-Length", "Host"}) {
    EXPECT_FALSE(kHopByHopFields.Has(ClassifyFieldName(name))) << name;
  }
  EXPECT_TRUE(IsCriticalName("x-forwarded-anything"));
  EXPECT_TRUE(IsUnderscoreTwin("X_Forwarded_Anything"));
  EXPECT_FALSE(IsUnderscoreTwin("X_Anything"));
}

}  // namespace
}  // namespace banto::http
