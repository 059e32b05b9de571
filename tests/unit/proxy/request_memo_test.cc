#include "proxy/request_memo.h"

#include <gtest/gtest.h>

#include <memory>

namespace banto {
namespace {

KnownRequest Known(const char* model) {
  KnownRequest known;
  known.group = std::make_shared<upstream::WorkerGroup>();
  known.model = model;
  return known;
}

TEST(RequestMemo, WhatWasKeptIsFoundByItsTagAlone) {
  RequestMemo memo;
  EXPECT_EQ(memo.Find({7, 8}), nullptr);
  memo.Keep({7, 8}, Known("m"));
  ASSERT_NE(memo.Find({7, 8}), nullptr);
  EXPECT_EQ(memo.Find({7, 8})->model, "m");
  EXPECT_EQ(memo.Find({7, 9}), nullptr) << "half a tag is no tag";
  EXPECT_EQ(memo.Find({6, 8}), nullptr);
}

TEST(RequestMemo, ALaterRequestTakesTheSlot_AndTheEarlierIsForgotten) {
  RequestMemo memo;
  memo.Keep({5, 1}, Known("first"));
  memo.Keep({5, 2}, Known("second"));
  EXPECT_EQ(memo.Find({5, 1}), nullptr);
  EXPECT_EQ(memo.Find({5, 2})->model, "second");
}

TEST(RequestMemo, ClearForgetsAll_AndHoldsNobody) {
  RequestMemo memo;
  KnownRequest known = Known("m");
  const std::weak_ptr<const upstream::WorkerGroup> group = known.group;
  memo.Keep({1, 1}, std::move(known));
  EXPECT_FALSE(group.expired());
  memo.Clear();
  EXPECT_TRUE(group.expired());
  EXPECT_EQ(memo.Find({1, 1}), nullptr);
}

}  // namespace
}  // namespace banto
