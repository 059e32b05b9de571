// The list of harmless headers: complete in the ids, equal to docs/config.md, and free of names
// that identify the caller.
#include "proxy/http/harmless_fields.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>

#include "proxy/http/field_name.h"

namespace banto::http {
namespace {

std::string Quoted(std::string_view names) {
  std::string text;
  ForEachName(names, [&text](std::string_view name) {
    text += (text.empty() ? "`" : ", `") + std::string(name) + "`";
  });
  return text;
}

std::string Docs() {
  std::ifstream file(std::string(BANTO_SOURCE_DIR) + "/docs/config.md");
  std::stringstream text;
  text << file.rdbuf();
  EXPECT_FALSE(text.str().empty());
  return text.str();
}

TEST(HarmlessFields, DocsShowTheSameTable) {
  const std::string docs = Docs();
  const size_t begin = docs.find("| ignored for every request |");
  const size_t end = docs.find("Four have rules of their own.");
  ASSERT_LT(begin, end);
  const std::string tables = docs.substr(begin, end - begin);
  size_t rows = 0;
  for (const HarmlessGroup& group : kHarmlessFields) {
    const std::string row = "| " + Quoted(group.names) + " | " + std::string(group.why) + " |\n";
    const size_t at = tables.find(row);
    EXPECT_NE(at, tables.npos) << row;
    const bool for_api = at > tables.find("| ignored for model APIs only |");
    EXPECT_EQ(for_api, group.to == HarmlessTo::kApi) << row;
    ++rows;
  }
  size_t shown = 0;
  for (size_t at = 0; (at = tables.find("\n| `", at)) != tables.npos; ++at) ++shown;
  EXPECT_EQ(shown, rows) << "a row that the program does not know";
  EXPECT_NE(docs.find(Quoted(kSeparatingAfterAll) + ".\n"), docs.npos);
  EXPECT_NE(docs.find(Quoted(kCredentialFields) + ".\n"), docs.npos);
}

TEST(HarmlessFields, EachListedNameIsHarmlessInAnyCase) {
  for (const HarmlessGroup& group : kHarmlessFields) {
    ForEachName(group.names, [&group](std::string_view listed) {
      std::string name(listed);
      if (name.back() == '*') name.back() = 'x';
      for (char& c : name) c = static_cast<char>(std::tolower(c));
      const FieldName id = ClassifyFieldName(name);
      EXPECT_EQ(HarmlessToAll().Has(id), group.to == HarmlessTo::kAll) << name;
      EXPECT_TRUE(HarmlessToApi().Has(id)) << name;
    });
  }
}

TEST(HarmlessFields, NamesOfCallersOrResourcesAreNotListed) {
  for (const char* const name : {"Authorization",
                                 "Proxy-Authorization",
                                 "Cookie",
                                 "X-Api-Key",
                                 "Api-Key",
                                 "X-Goog-Api-Key",
                                 "Ocp-Apim-Subscription-Key",
                                 "X-Auth-Token",
                                 "X-Litellm-Key",
                                 "OpenAI-Organization",
                                 "OpenAI-Project",
                                 "OpenAI-Beta",
                                 "Anthropic-Version",
                                 "Anthropic-Beta",
                                 "Remote-User",
                                 "X-Remote-User",
                                 "X-Forwarded-User",
                                 "X-Forwarded-Email",
                                 "X-Forwarded-Groups",
                                 "X-Forwarded-Preferred-Username",
                                 "X-Forwarded-Access-Token",
                                 "X-Forwarded-Client-Cert",
                                 "X-Forwarded-Tls-Client-Cert",
                                 "X-Forwarded-Prefix",
                                 "X-Forwarded-Uri",
                                 "CF-Access-Jwt-Assertion",
                                 "CF-Access-Authenticated-User-Email",
                                 "CF-Access-Client-Id",
                                 "CF-Worker",
                                 "X-Goog-Authenticated-User-Email",
                                 "X-Goog-Iap-Jwt-Assertion",
                                 "X-Goog-User-Project",
                                 "X-Amzn-Oidc-Identity",
                                 "X-Amzn-Oidc-Data",
                                 "X-Amzn-Mtls-Clientcert",
                                 "X-MS-Client-Principal",
                                 "X-MS-Client-Principal-Id",
                                 "X-MS-Client-Principal-Name",
                                 "X-MS-Token-AAD-Id-Token",
                                 "X-Vercel-Oidc-Token",
                                 "L5d-Client-Id",
                                 "Ssl-Client-Subject-Dn",
                                 "X-Client-Cert",
                                 "X-Consumer-Username",
                                 "X-Credential-Identifier",
                                 "X-User-Id",
                                 "X-Tenant",
                                 "X-Envoy-Peer-Metadata",
                                 "X-Envoy-Peer-Metadata-Id",
                                 "X-Envoy-Downstream-Service-Cluster",
                                 "X-Envoy-Original-Path",
                                 "X-Envoy-Original-Dst-Host",
                                 "Surrogate-Capability",
                                 "X-Original-URL",
                                 "X-Original-URI",
                                 "X-Rewrite-URL",
                                 "X-HTTP-Method-Override",
                                 "X-Datadog",
                                 "Baggage",
                                 "Uberctx-User",
                                 "Correlation-Context",
                                 "From",
                                 "Range",
                                 "If-Match",
                                 "Origin",
                                 "X-Stainless",
                                 "X-Forwarded",
                                 "User_Agent"}) {
    const FieldName id = ClassifyFieldName(name);
    EXPECT_FALSE(HarmlessToApi().Has(id)) << name;
    EXPECT_FALSE(HarmlessToAll().Has(id)) << name;
  }
}

TEST(HarmlessFields, AppsMayReadFieldsThatApisIgnore) {
  for (const char* const name :
       {"Accept", "Accept-Language", "Content-Encoding", "X-Forwarded-Host", "X-Forwarded-Proto",
        "Fastly-SSL", "Fastly-FF"}) {
    EXPECT_TRUE(HarmlessToApi().Has(ClassifyFieldName(name))) << name;
    EXPECT_FALSE(HarmlessToAll().Has(ClassifyFieldName(name))) << name;
  }
}

TEST(HarmlessFields, CredentialsAreTheListedNames) {
  ForEachName(kCredentialFields, [](std::string_view name) {
    EXPECT_TRUE(Credentials().Has(ClassifyFieldName(name))) << name;
  });
  for (const char* const name : {"Anthropic-Version", "Anthropic-Beta", "X-Forwarded-User",
                                 "OpenAI-Organization", "X-Unknown", "User-Agent", "Host"}) {
    EXPECT_FALSE(Credentials().Has(ClassifyFieldName(name))) << name;
  }
}

}  // namespace
}  // namespace banto::http
