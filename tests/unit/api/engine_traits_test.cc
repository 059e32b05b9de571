#include "proxy/api/engine_traits.h"

#include <gtest/gtest.h>

#include <set>
#include <string_view>

namespace banto::api {
namespace {

void ExpectDifferentWords(const char* EngineTraits::*column) {
  std::set<std::string_view> seen;
  for (const EngineTraits& traits : kEngineTraits) {
    const std::string_view word = traits.*column;
    EXPECT_TRUE(word.empty() || seen.insert(word).second) << word;
  }
}

TEST(EngineTraits, NoWordMeansTwoKinds) {
  ExpectDifferentWords(&EngineTraits::name);
  ExpectDifferentWords(&EngineTraits::owner);
  ExpectDifferentWords(&EngineTraits::server);
}

TEST(EngineTraits, WhatIsAnApplicationHasNoApi) {
  for (const EngineTraits& traits : kEngineTraits) {
    if (!traits.is_application) continue;
    EXPECT_EQ(traits.engines, 0) << traits.name;
    EXPECT_FALSE(traits.has_ollama_api) << traits.name;
    EXPECT_EQ(traits.fact_pages[0], nullptr) << traits.name;
  }
}

TEST(EngineTraits, WhoIsCutByRequestsHasNoPageThatIsAskedAgainAndAgain) {
  for (const EngineTraits& traits : kEngineTraits) {
    if (!traits.cut_by_requests) continue;
    EXPECT_FALSE(traits.has_health_route) << traits.name;
    EXPECT_EQ(traits.load_page, nullptr) << traits.name;
  }
}

}  // namespace
}  // namespace banto::api
