#include "proxy/fetch/retry_advice.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "tests/unit/http/listed.h"

namespace banto {
namespace {

using Attempts = std::vector<std::pair<const char*, int>>;  // worker and status

http::FieldList Advised(int status, const Attempts& attempts,
                        api::WorkerKind kind = api::WorkerKind::kAuto, int64_t wait_ms = -1,
                        const char* said = "") {
  auto worker = std::make_shared<upstream::Worker>();
  worker->kind = kind;
  WorkersError error;
  error.status = status;
  error.worker = worker;
  error.fields = http::Listed(said);
  ops::AttemptRecords records;
  for (const auto& [name, answered] : attempts) {
    records.emplace_back().worker = name;
    records.back().status = answered;
  }
  AdviseOnRetry(records, wait_ms, &error);
  return error.fields;
}

std::string ShouldRetry(const http::FieldList& fields) {
  return std::string(fields.Find("X-Should-Retry"));
}

TEST(RetryAdvice, AnOverloadSaysWhen) {
  for (int status : {429, 503, 529}) {
    const http::FieldList fields =
        Advised(status, {{"a", status}, {"b", status}}, api::WorkerKind::kAuto, 1'250);
    EXPECT_EQ(fields.Find("Retry-After"), "2") << status;
    EXPECT_EQ(fields.Find("Retry-After-Ms"), "1250") << status;
    EXPECT_EQ(ShouldRetry(fields), "") << status;
  }
  const http::FieldList unnamed = Advised(503, {{"a", 503}});
  EXPECT_EQ(unnamed.Find("Retry-After-Ms"), "2000");
}

TEST(RetryAdvice, WhatIsNotImplementedIsNotAskedAgain) {
  EXPECT_EQ(ShouldRetry(Advised(501, {{"a", 501}})), "false");
}

TEST(RetryAdvice, WhatMadeTwoWorkersFailIsNotAskedAgain) {
  EXPECT_EQ(ShouldRetry(Advised(500, {{"a", 500}, {"b", 500}})), "false");
  EXPECT_EQ(ShouldRetry(Advised(500, {{"a", 500}, {"a", 500}})), "") << "it may be the worker";
  EXPECT_EQ(ShouldRetry(Advised(500, {{"a", 0}, {"b", 500}})), "");
  EXPECT_EQ(ShouldRetry(Advised(502, {{"a", 502}, {"b", 502}})), "") << "a gateway's";
}

// TGI: 424 is a generation that failed, and SDKs would not ask again.
TEST(RetryAdvice, AFailureThatLooksLikeARefusalIsAskedAgain) {
  EXPECT_EQ(ShouldRetry(Advised(424, {{"a", 424}}, api::WorkerKind::kTgi)), "true");
  EXPECT_EQ(ShouldRetry(Advised(424, {{"a", 424}, {"b", 424}}, api::WorkerKind::kTgi)), "");
  EXPECT_EQ(ShouldRetry(Advised(424, {{"a", 424}})), "") << "of others it is the client's affair";
}

TEST(RetryAdvice, ElseTheWorkersOwnStands) {
  const char* said = "x-should-retry: false\r\nRetry-After: 9\r\n";
  for (int status : {400, 404, 409, 500}) {
    const http::FieldList fields =
        Advised(status, {{"a", status}}, api::WorkerKind::kAuto, -1, said);
    EXPECT_EQ(fields.lines(), http::Listed(said).lines()) << status;
  }
}

}  // namespace
}  // namespace banto
