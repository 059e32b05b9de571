#include "proxy/client/refused_answer.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "proxy/api/anthropic/anthropic.h"

namespace banto {
namespace {

ErrorAnswer Answer(const RefusedHead& told, int status) {
  Snapshot snapshot;
  snapshot.config = std::make_shared<const conf::Config>();
  return AnswerRefused(told, {status, "a_code", "Words.", {}, 0}, "an-id", snapshot);
}

std::string FieldsOf(const ErrorAnswer& answer) { return answer.head.fields.lines(); }

TEST(RefusedAnswer, IsShapedForTheApiThatWasAsked) {
  RefusedHead told;
  told.path = "/v1/messages";
  told.senders_dialect = &api::anthropic::kDialect;
  const ErrorAnswer anthropic = Answer(told, 431);
  EXPECT_EQ(anthropic.head.status, 431);
  EXPECT_EQ(anthropic.head.length, static_cast<int64_t>(anthropic.body.size()));
  EXPECT_NE(anthropic.body.find("\"type\":\"error\""), std::string::npos) << anthropic.body;
  told.path = "/api/chat";
  told.senders_dialect = nullptr;
  EXPECT_EQ(Answer(told, 431).body.find("\"type\":\"error\""), std::string::npos);
}

TEST(RefusedAnswer, CarriesOurIdAndWhy) {
  const std::string fields = FieldsOf(Answer({}, 400));
  EXPECT_NE(fields.find("X-Request-Id: an-id\r\n"), std::string::npos) << fields;
  EXPECT_NE(fields.find("a_code"), std::string::npos) << fields;
}

TEST(RefusedAnswer, AMethodThatNoPathTakesIsToldTheOthers) {
  EXPECT_NE(FieldsOf(Answer({}, 405)).find("Allow: GET, HEAD, POST"), std::string::npos);
  EXPECT_EQ(FieldsOf(Answer({}, 400)).find("Allow:"), std::string::npos);
}

TEST(RefusedAnswer, WhoMayComeAgainIsToldWhen) {
  EXPECT_NE(FieldsOf(Answer({}, 503)).find("Retry-After: 1\r\n"), std::string::npos);
  EXPECT_EQ(FieldsOf(Answer({}, 408)).find("Retry-After"), std::string::npos);
}

TEST(RefusedAnswer, ToHeadHasNoPayload) {
  RefusedHead told;
  told.method = "HEAD";
  EXPECT_TRUE(Answer(told, 400).head.no_payload);
  EXPECT_FALSE(Answer({}, 400).head.no_payload);
}

}  // namespace
}  // namespace banto
