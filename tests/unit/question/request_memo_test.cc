#include "proxy/question/request_memo.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace banto {
namespace {

KnownRequest Known(const char* model) {
  KnownRequest known;
  static const upstream::WorkerGroup group;
  known.target.group = &group;
  known.target.model = model;
  return known;
}

TEST(RequestMemo, WhatWasKeptIsFoundByItsTagAlone) {
  RequestMemo memo;
  EXPECT_EQ(memo.Find({7, 8}), nullptr);
  memo.Keep({7, 8}, Known("m"));
  ASSERT_NE(memo.Find({7, 8}), nullptr);
  EXPECT_EQ(memo.Find({7, 8})->target.model, "m");
  EXPECT_EQ(memo.Find({7, 9}), nullptr) << "half a tag is no tag";
  EXPECT_EQ(memo.Find({6, 8}), nullptr);
}

TEST(RequestMemo, EightOfASetFit_AndANinthTakesThePlaceOfOne) {
  std::vector<cache::MacTag> tags;
  for (uint64_t b = 1; tags.size() < 9; ++b) {
    if (RequestMemo::SetOf({5, b}) == RequestMemo::SetOf({5, 1})) tags.push_back({5, b});
  }
  RequestMemo memo;
  const auto kept = [&] {
    return std::count_if(tags.begin(), tags.end(),
                         [&memo](const cache::MacTag& tag) { return memo.Find(tag) != nullptr; });
  };
  for (size_t i = 0; i < 8; ++i) memo.Keep(tags[i], Known("m"));
  EXPECT_EQ(kept(), 8);
  memo.Keep(tags[8], Known("last"));
  EXPECT_EQ(kept(), 8);
  ASSERT_NE(memo.Find(tags[8]), nullptr);
  EXPECT_EQ(memo.Find(tags[8])->target.model, "last");
}

// The key is another one in each process: whatever it is, a working set must stay. (With four ways
// one key of seventy made five prompts miss each time.)
TEST(RequestMemo, AHundredPromptsInTurnStayUnderAnyKey) {
  for (uint8_t first = 0; first < 200; ++first) {
    cache::BodyMac mac(cache::BodyMac::Key{first, 1, 2, 3});
    RequestMemo memo;
    const auto tag_of = [&mac](int i) {
      mac.Begin();
      mac.Add("prompt " + std::to_string(i));
      return *mac.Finish();
    };
    for (int i = 0; i < 100; ++i) memo.Keep(tag_of(i), Known("m"));
    for (int i = 0; i < 100; ++i) EXPECT_NE(memo.Find(tag_of(i)), nullptr);
  }
}

TEST(RequestMemo, ClearForgetsAll) {
  RequestMemo memo;
  memo.Keep({1, 1}, Known("m"));
  memo.Clear();
  EXPECT_EQ(memo.Find({1, 1}), nullptr);
}

}  // namespace
}  // namespace banto
