#include "proxy/api/anthropic/anthropic_listing.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "proxy/api/rfc3339.h"

namespace banto::api {
namespace {

using Json = nlohmann::json;

Catalog MakeCatalog() {
  Catalog catalog;
  CatalogModel tiny;
  tiny.name = "org/tiny";
  tiny.created_s = 1795252872;
  catalog[tiny.name] = tiny;
  CatalogModel bare;
  bare.name = "a \"quoted\" one";
  catalog[bare.name] = bare;
  return catalog;
}

TEST(AnthropicListing, AllModelsAreOnePage) {
  const ListingAnswer answer = anthropic::List(Operation::kModels, {MakeCatalog(), {}, {}});
  EXPECT_EQ(answer.content_type, "application/json");
  EXPECT_EQ(Json::parse(answer.body), Json::parse(R"({"data":[
    {"type":"model","id":"a \"quoted\" one","display_name":"a \"quoted\" one",
     "created_at":"1970-01-01T00:00:00Z","lifecycle":"active"},
    {"type":"model","id":"org/tiny","display_name":"org/tiny",
     "created_at":"2026-11-21T09:21:12Z","lifecycle":"active"}],
    "has_more":false,"first_id":"a \"quoted\" one","last_id":"org/tiny"})"));
}

TEST(AnthropicListing, NoModelsAreAnEmptyPage) {
  EXPECT_EQ(anthropic::List(Operation::kModels, {{}, {}, {}}).body,
            R"({"data":[],"has_more":false,"first_id":null,"last_id":null})");
}

TEST(AnthropicListing, AModelIsFoundByItsId) {
  const Catalog catalog = MakeCatalog();
  EXPECT_EQ(Json::parse(anthropic::List(Operation::kModel, {catalog, "org/tiny", {}}).body)["id"],
            "org/tiny");
  EXPECT_EQ(anthropic::List(Operation::kModel, {catalog, "other", {}}).status, 404);
  EXPECT_EQ(anthropic::List(Operation::kShow, {catalog, "org/tiny", {}}).status, 404);
}

TEST(Rfc3339, TimesAreInUtcAndHaveFourDigitsOfTheYear) {
  EXPECT_EQ(Rfc3339(0), "1970-01-01T00:00:00");
  EXPECT_EQ(Rfc3339(-1), "1969-12-31T23:59:59");
  EXPECT_EQ(Rfc3339(951782400), "2000-02-29T00:00:00");
  EXPECT_EQ(Rfc3339(INT64_MAX), "9999-12-31T23:59:59");
  EXPECT_EQ(Rfc3339(INT64_MIN), "0000-01-01T00:00:00");
}

TEST(Rfc3339, ATimeIsReadUpToItsSeconds) {
  EXPECT_EQ(ReadRfc3339("2026-11-21T09:28:46.849261571Z"), 1795253326);
  EXPECT_EQ(ReadRfc3339("1969-12-31T23:59:59"), -1);
  EXPECT_EQ(ReadRfc3339("2024-02-29T00:00:00+02:00"), 1709164800);
  for (const char* other : {"", "now", "2026-11-21", "2026-11-21 09:28:46Z", "2026-13-21T09:28:46Z",
                            "2026-02-30T09:28:46Z", "2026-11-21T09:2x:46Z"})
    EXPECT_EQ(ReadRfc3339(other), std::nullopt) << other;
}

}  // namespace
}  // namespace banto::api
