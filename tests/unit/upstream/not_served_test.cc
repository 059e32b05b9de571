#include "proxy/upstream/not_served.h"

#include <gtest/gtest.h>

namespace banto::upstream {
namespace {

TEST(NotServed, APathIsRememberedForAllModels) {
  NotServed not_served;
  EXPECT_FALSE(not_served.Any());
  not_served.Add({"/v1/messages", ""}, 0);
  EXPECT_TRUE(not_served.Any());
  EXPECT_TRUE(not_served.Covers({"/v1/messages", "m"}, 1));
  EXPECT_TRUE(not_served.Covers({"/v1/messages", ""}, 1));
  EXPECT_FALSE(not_served.Covers({"/v1/responses", "m"}, 1));
}

TEST(NotServed, AModelIsRememberedOnAllPaths) {
  NotServed not_served;
  not_served.Add({"", "m"}, 0);
  EXPECT_TRUE(not_served.Covers({"/v1/messages", "m"}, 1));
  EXPECT_FALSE(not_served.Covers({"/v1/messages", "n"}, 1));
  EXPECT_FALSE(not_served.Covers({"/v1/messages", ""}, 1));
}

TEST(NotServed, APathForOneModelSaysNothingOfOthers) {
  NotServed not_served;
  not_served.Add({"/v1/embeddings", "chat"}, 0);
  EXPECT_TRUE(not_served.Covers({"/v1/embeddings", "chat"}, 1));
  EXPECT_FALSE(not_served.Covers({"/v1/embeddings", "embed"}, 1));
  EXPECT_FALSE(not_served.Covers({"/v1/chat/completions", "chat"}, 1));
}

TEST(NotServed, IsForgottenAfterAWhile) {
  NotServed not_served;
  not_served.Add({"/v1/messages", ""}, 1'000);
  EXPECT_TRUE(not_served.Covers({"/v1/messages", ""}, 999 + NotServed::kKeptMs));
  EXPECT_FALSE(not_served.Covers({"/v1/messages", ""}, 1'000 + NotServed::kKeptMs));
  EXPECT_FALSE(not_served.Any());
  not_served.Add({"/v1/messages", ""}, 1'000);
  not_served.Clear();
  EXPECT_FALSE(not_served.Covers({"/v1/messages", ""}, 1'001));
}

TEST(NotServed, NamesThatClientsInventDoNotFillTheMemory) {
  NotServed not_served;
  for (size_t i = 0; i < 10 * NotServed::kMax; ++i) {
    not_served.Add({"", std::to_string(i)}, static_cast<int64_t>(i));
  }
  size_t kept = 0;
  for (size_t i = 0; i < 10 * NotServed::kMax; ++i) {
    kept += not_served.Covers({"", std::to_string(i)}, 1'000) ? 1 : 0;
  }
  EXPECT_EQ(kept, NotServed::kMax);
  EXPECT_TRUE(not_served.Covers({"", std::to_string(10 * NotServed::kMax - 1)}, 1'000));
  not_served.Add({"", std::string(1 << 20, 'm')}, 1'000);
  EXPECT_FALSE(not_served.Covers({"", std::string(1 << 20, 'm')}, 1'000));
}

}  // namespace
}  // namespace banto::upstream
