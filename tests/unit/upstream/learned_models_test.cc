#include "proxy/upstream/learned_models.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace banto::upstream {
namespace {

using Names = std::vector<std::string>;

TEST(LearnedModels, AreKnownByNameForAWhileAfterTheirLastAnswer) {
  LearnedModels models;
  models.Learn("b", 0);
  models.Learn("a", 10);
  models.Learn("b", 20);
  EXPECT_EQ(models.Known(20), (Names{"a", "b"}));
  EXPECT_EQ(models.Known(10 + LearnedModels::kKeptMs), Names{"b"});
  EXPECT_EQ(models.Known(20 + LearnedModels::kKeptMs), Names{});
}

TEST(LearnedModels, AtTheLimitTheLeastRecentlyUsedIsForgotten) {
  LearnedModels models;
  for (size_t i = 0; i < LearnedModels::kModelsMax; ++i) {
    models.Learn("m" + std::to_string(i), static_cast<int64_t>(i));
  }
  models.Learn("m0", 1000);
  models.Learn("new", 1001);
  const Names known = models.Known(1001);
  EXPECT_EQ(known.size(), LearnedModels::kModelsMax);
  EXPECT_NE(std::find(known.begin(), known.end(), "m0"), known.end());
  EXPECT_NE(std::find(known.begin(), known.end(), "new"), known.end());
  EXPECT_EQ(std::find(known.begin(), known.end(), "m1"), known.end());
}

TEST(LearnedModels, TruncatedNamesAreIgnored) {
  LearnedModels models;
  models.Learn(std::string(LearnedModels::kNameBytesMax + 1, 'x'), 0);
  models.Learn("", 0);
  EXPECT_EQ(models.Known(0), Names{});
}

}  // namespace
}  // namespace banto::upstream
