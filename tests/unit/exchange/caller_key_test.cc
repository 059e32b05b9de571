#include "proxy/exchange/caller_key.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "proxy/http/parser.h"

namespace banto {
namespace {

constexpr char kSecret[] = "a-secret-of-2026";

conf::AccessKey Key(std::vector<std::string> models, bool external) {
  conf::AccessKey key;
  key.name = "team-a";
  key.digest = conf::DigestOf(kSecret);
  key.models = std::move(models);
  key.external = external;
  return key;
}

std::shared_ptr<Snapshot> SnapshotWith(conf::AccessKey key) {
  auto config = std::make_shared<conf::Config>();
  config->keys.push_back(std::move(key));
  auto snapshot = std::make_shared<Snapshot>();
  snapshot->keys = access::KeyRing(config->keys);
  snapshot->config = std::move(config);
  return snapshot;
}

// A question, as it is before it is identified.
struct Asking {
  explicit Asking(SnapshotPtr snapshot, const std::string& lines = "") {
    request = NewRequest();
    const std::string bytes = "POST /v1/chat/completions?key=x HTTP/1.1\r\nHost: h\r\n" + lines +
                              "X-Forwarded-For: 203.0.113.9\r\n\r\n";
    EXPECT_EQ(http::ParseRequestHead(bytes, 0, {}, &request->head).status,
              http::ParseStatus::kDone);
    request->client_ip = *request->head.Find("X-Forwarded-For");
    question = NewQuestion(request, std::move(snapshot));
  }
  Refusal Take() { return TakeKey(request.get(), question.get()); }

  std::shared_ptr<Request> request;
  std::shared_ptr<Question> question;
};

upstream::WorkerPtr Worker(bool local) {
  auto worker = std::make_shared<upstream::Worker>();
  worker->local = local;
  return worker;
}

TEST(CallerKey, ItsSecretLeavesTheHead_AndTheClientsAddressStays) {
  const auto snapshot = SnapshotWith(Key({"*"}, true));
  for (int i = 0; i < 3; ++i) {  // in the memory of the one before, too
    Asking asking(snapshot, "Authorization: Bearer " + std::string(kSecret) + "\r\n");
    EXPECT_EQ(asking.Take().status, 0);
    EXPECT_EQ(asking.question->key, &snapshot->config->keys[0]);
    EXPECT_FALSE(asking.question->head().Has(http::FieldName::kAuthorization));
    EXPECT_EQ(asking.question->head().bytes().find(kSecret), std::string::npos);
    EXPECT_EQ(asking.question->head().query(), "key=x") << "no secret of ours";
    EXPECT_EQ(asking.request->client_ip, "203.0.113.9");
    Asking stranger(snapshot);
    EXPECT_EQ(stranger.Take().status, 401);
    EXPECT_EQ(stranger.question->key, nullptr);
  }
}

TEST(CallerKey, WithoutKeysNothingIsTaken) {
  Asking asking(std::make_shared<Snapshot>(), "Authorization: Bearer k\r\n");
  EXPECT_EQ(asking.Take().status, 0);
  EXPECT_TRUE(asking.question->head().Has(http::FieldName::kAuthorization));
  EXPECT_EQ(asking.request->head_with_key, nullptr);
}

TEST(CallerKey, AModelThatItDoesNotNameIsRefused) {
  const auto snapshot = SnapshotWith(Key({"small", "qwen*"}, true));
  Asking asking(snapshot, "api-key: " + std::string(kSecret) + "\r\n");
  ASSERT_EQ(asking.Take().status, 0);
  upstream::WorkerGroup group;
  group.workers = {Worker(false)};
  Question& question = *asking.question;
  question.target.group = &group;
  EXPECT_EQ(Permit(&question, "qwen3").status, 0);
  const Refusal refusal = Permit(&question, "large");
  EXPECT_EQ(refusal.status, 403);
  EXPECT_STREQ(refusal.code, "model_not_allowed");
  EXPECT_EQ(refusal.message, "The key \"team-a\" may not ask for the model \"large\".");
  question.target.model = "small";
  EXPECT_EQ(Permit(&question, "").status, 0) << "the only one that can be meant";
  question.target.workers_choice = true;
  EXPECT_EQ(Permit(&question, "").status, 403) << "the worker may take another";
  EXPECT_FALSE(MayAskAnything(question));
  api::Catalog all, filtered;
  for (const char* name : {"large", "qwen3", "small"}) all[name].name = name;
  EXPECT_EQ(AsShownTo(question, all, &filtered).size(), 2u);
  EXPECT_EQ(filtered.count("large"), 0u);
}

TEST(CallerKey, WhatMayNotLeaveTheHouseIsAskedOfLocalWorkers) {
  const auto snapshot = SnapshotWith(Key({"*"}, false));
  Asking asking(snapshot, "x-goog-api-key: " + std::string(kSecret) + "\r\n");
  ASSERT_EQ(asking.Take().status, 0);
  Question& question = *asking.question;
  auto local = std::make_shared<upstream::WorkerGroup>();
  local->workers = {Worker(true)};
  local->is_local_part = true;
  upstream::WorkerGroup mixed, outside;
  mixed.workers = {Worker(false), local->workers[0]};
  mixed.local = local;
  outside.workers = {Worker(false)};
  question.target.group = local.get();
  EXPECT_EQ(Permit(&question, "m").status, 0);
  EXPECT_EQ(question.target.group, local.get());
  question.target.group = &mixed;
  EXPECT_EQ(Permit(&question, "m").status, 0);
  EXPECT_EQ(question.target.group, local.get());
  question.target.group = &outside;
  const Refusal refusal = Permit(&question, "m");
  EXPECT_EQ(refusal.status, 403);
  EXPECT_STREQ(refusal.code, "external_not_allowed");
}

}  // namespace
}  // namespace banto
