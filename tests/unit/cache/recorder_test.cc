#include "cache/recorder.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "proxy/http/parser.h"

namespace banto::cache {
namespace {

http::ResponseHead Head(const std::string& fields, const std::string& status = "200 OK") {
  http::ResponseHead head;
  const std::string in = "HTTP/1.1 " + status + "\r\n" + fields + "\r\n";
  EXPECT_EQ(http::ParseResponseHead(in, 0, {}, "POST", &head).status, http::ParseStatus::kDone);
  return head;
}

api::FrameVerdict Token(uint32_t id_at = 0, uint32_t id_size = 0, uint32_t created_at = 0,
                        uint32_t created_size = 0) {
  api::FrameVerdict verdict;
  verdict.kind = api::FrameKind::kToken;
  verdict.id_at = id_at;
  verdict.id_size = id_size;
  verdict.created_at = created_at;
  verdict.created_size = created_size;
  return verdict;
}

api::FrameVerdict Comment() {
  api::FrameVerdict verdict;
  verdict.kind = api::FrameKind::kComment;
  return verdict;
}

TEST(Recorder, FramesBecomeTheBodyAndTheirSpansPatches) {
  Recorder::Budget budget;
  Recorder recorder(&budget, 1 << 20);
  recorder.OnHead(Head("Content-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n"), true);
  recorder.OnFrame(": ping\n\n", Comment());
  recorder.OnFrame("data: {id1, 123}\n\n", Token(7, 3, 12, 3));
  recorder.OnFrame("data: {123, id1}\n\n", Token(12, 3, 7, 3));
  const auto entry = recorder.Finish({});
  ASSERT_NE(entry, nullptr);
  EXPECT_TRUE(entry->stream);
  EXPECT_EQ(entry->content_type, "text/event-stream");
  EXPECT_EQ(entry->body, "data: {id1, 123}\n\ndata: {123, id1}\n\n");
  ASSERT_EQ(entry->patches.size(), 4u);
  for (size_t i = 1; i < 4; ++i) EXPECT_GT(entry->patches[i].at, entry->patches[i - 1].at);
  EXPECT_EQ(entry->patches[2].kind, Patch::Kind::kCreated);
  EXPECT_EQ(entry->body.substr(entry->patches[3].at, 3), "id1");
  EXPECT_EQ(budget.held_bytes, 0u);
}

TEST(Recorder, TheTimesOfFramesBecomeItsPace) {
  Recorder::Budget budget;
  Recorder recorder(&budget, 1 << 20);
  recorder.OnHead(Head("Content-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n"), true);
  for (const int64_t now_ms : {5'000, 5'040, 5'060, 6'000}) {
    recorder.NoteTime(now_ms);
    recorder.OnFrame("data: 1\n\n", Token());
    recorder.NoteTime(now_ms + 10);
    recorder.OnFrame(": ping\n\n", Comment());
  }
  const auto entry = recorder.Finish({});
  ASSERT_NE(entry, nullptr);
  ASSERT_TRUE(IsPace(entry->pace, entry->body.size()));
  PaceReader reader(entry->pace);
  EXPECT_EQ(reader.DueBy(39), 9u);
  EXPECT_EQ(reader.DueBy(59), 18u);
  EXPECT_EQ(reader.DueBy(999), 27u);
  EXPECT_EQ(reader.DueBy(1'000), 36u);
}

TEST(Recorder, WithoutTimesThereIsNoPace) {
  Recorder::Budget budget;
  Recorder recorder(&budget, 1 << 20);
  recorder.OnHead(Head("Content-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n"), true);
  recorder.OnFrame("data: 1\n\n", Token());
  EXPECT_EQ(recorder.Finish({})->pace, "");
}

TEST(Recorder, TheFrameOfUsageIsNotedAndASecondIsNone) {
  Recorder::Budget budget;
  Recorder recorder(&budget, 1 << 20);
  recorder.OnHead(Head("Content-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n"), true);
  api::FrameVerdict usage;
  usage.kind = api::FrameKind::kFinish;
  usage.only_usage = true;
  recorder.OnFrame("data: 1\n\n", Token());
  recorder.OnFrame("data: usage\n\n", usage);
  recorder.OnFrame("data: [DONE]\n\n", Token());
  const auto entry = recorder.Finish({});
  ASSERT_NE(entry, nullptr);
  EXPECT_EQ(entry->body.substr(entry->usage.at, entry->usage.size), "data: usage\n\n");

  Recorder twice(&budget, 1 << 20);
  twice.OnHead(Head("Content-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n"), true);
  twice.OnFrame("data: usage\n\n", usage);
  twice.OnFrame("data: usage\n\n", usage);
  EXPECT_EQ(twice.skip(), SkipReason::kMalformed);
}

TEST(Recorder, UnstreamedAnswerIsPatchedByTheSpansOfItsCheck) {
  Recorder::Budget budget;
  Recorder recorder(&budget, 1 << 20);
  recorder.OnHead(Head("Content-Type: application/json\r\nContent-Length: 12\r\n"), false);
  recorder.OnBytes("{\"id\":");
  recorder.OnBytes("\"abc\"}");
  EXPECT_EQ(recorder.body(), "{\"id\":\"abc\"}");
  const auto entry = recorder.Finish(Token(7, 3));
  ASSERT_NE(entry, nullptr);
  EXPECT_FALSE(entry->stream);
  ASSERT_EQ(entry->patches.size(), 1u);
  EXPECT_EQ(entry->patches[0].at, 7u);
}

TEST(Recorder, ASecondTimeAndADateArePatchedInTheirOrder) {
  Recorder::Budget budget;
  Recorder recorder(&budget, 1 << 20);
  recorder.OnHead(Head("Content-Type: text/event-stream\r\n"), true);
  api::FrameVerdict twice = Token(12, 3, 6, 2);
  twice.again_at = 3;
  recorder.OnFrame("{c:12,d:34,i:abc}", twice);
  api::FrameVerdict date = Token(0, 0, 4, 5);
  date.created_is_date = true;
  recorder.OnFrame("{d: today}", date);
  const auto entry = recorder.Finish({});
  ASSERT_NE(entry, nullptr);
  ASSERT_EQ(entry->patches.size(), 4u);
  EXPECT_EQ(entry->patches[0].at, 3u);
  EXPECT_EQ(entry->patches[0].kind, Patch::Kind::kCreated);
  EXPECT_EQ(entry->patches[1].at, 6u);
  EXPECT_EQ(entry->patches[2].kind, Patch::Kind::kId);
  EXPECT_EQ(entry->patches[3].at, 21u);
  EXPECT_EQ(entry->patches[3].kind, Patch::Kind::kDate);
}

TEST(Recorder, FieldsOfOneExchangeAreNotKept) {
  Recorder::Budget budget;
  Recorder recorder(&budget, 1 << 20);
  recorder.OnHead(Head("Content-Type: a/b\r\nDate: x\r\nServer: uvicorn\r\nX-Request-Id: 1\r\n"
                       "Connection: X-Hop\r\nX-Hop: 1\r\nx-ratelimit-remaining: 3\r\nVia: x\r\n"
                       "Age: 3\r\nContent-Length: 0\r\n"
                       "X-Model-Version: 7\r\n"),
                  false);
  EXPECT_EQ(recorder.Finish({})->fields.lines(), "X-Model-Version: 7\r\n");
}

TEST(Recorder, EveryNameAndFamilyOfOneExchangeIsDropped) {
  for (const char* name : {"Age",
                           "Alt-Svc",
                           "anthropic-organization-id",
                           "Cache-Status",
                           "CF-Ray",
                           "Content-Length",
                           "Content-Type",
                           "Date",
                           "NEL",
                           "openai-organization",
                           "OpenAI-Processing-Ms",
                           "openai-project",
                           "Report-To",
                           "Request-Id",
                           "Retry-After",
                           "retry-after-ms",
                           "Server",
                           "Server-Timing",
                           "Set-Cookie2",
                           "Trace-Id",
                           "TraceParent",
                           "TraceState",
                           "Via",
                           "X-Cache",
                           "X-Correlation-Id",
                           "X-Process-Time",
                           "X-Request-Id",
                           "X-Runtime",
                           "x-should-retry",
                           "Access-Control-Request-Method",
                           "Access-Control-Request-Headers",
                           "anthropic-ratelimit-tokens-limit",
                           "RateLimit",
                           "RateLimit-Policy",
                           "X-Banto-Model",
                           "X-Banto-Worker",
                           "X-Banto-Any",
                           "x-envoy-upstream-service-time",
                           "X-RateLimit-Limit-Requests"}) {
    Recorder::Budget budget;
    Recorder recorder(&budget, 1 << 20);
    recorder.OnHead(Head(std::string(name) + ": 1\r\nX-Kept: 1\r\n"), false);
    EXPECT_EQ(recorder.Finish({})->fields.lines(), "X-Kept: 1\r\n") << name;
  }
}

// A hit has the CORS fields that the worker sent, and none if it sent none.
TEST(Recorder, CorsFieldsOfTheWorkerAreKept) {
  for (const std::string fields :
       {"Access-Control-Allow-Origin: *\r\n",
        "Access-Control-Allow-Origin: https://ui.example\r\nVary: Origin\r\n",
        "Access-Control-Allow-Credentials: true\r\nAccess-Control-Expose-Headers: X-Own\r\n", ""}) {
    Recorder::Budget budget;
    Recorder recorder(&budget, 1 << 20);
    recorder.OnHead(Head("Content-Type: application/json\r\n" + fields), false);
    EXPECT_EQ(recorder.Finish({})->fields.lines(), fields);
  }
}

TEST(Recorder, UncacheableAnswersAreNotRecorded) {
  const std::pair<std::string, SkipReason> cases[] = {
      {"Content-Encoding: gzip\r\n", SkipReason::kNotCacheable},
      {"Content-Length: 2000\r\n", SkipReason::kTooLarge}};
  for (const auto& [fields, reason] : cases) {
    Recorder::Budget budget;
    Recorder recorder(&budget, 1000);
    recorder.OnHead(Head(fields), false);
    EXPECT_EQ(recorder.skip(), reason) << fields;
    recorder.OnBytes("x");
    EXPECT_EQ(recorder.Finish({}), nullptr);
  }
  for (const char* status : {"201 Created", "206 Partial Content", "404 No", "500 No"}) {
    Recorder::Budget budget;
    Recorder recorder(&budget, 1000);
    recorder.OnHead(Head("", status), false);
    EXPECT_EQ(recorder.skip(), SkipReason::kUpstreamError) << status;
  }
}

TEST(Recorder, OverTheLimitItGivesUpAndFreesEverything) {
  Recorder::Budget budget;
  Recorder recorder(&budget, 10'000);
  recorder.OnHead(Head(""), false);
  recorder.OnBytes(std::string(9'999, 'x'));
  EXPECT_GE(budget.held_bytes, 9'999u);
  EXPECT_TRUE(recorder.recording());
  recorder.OnBytes("xx");
  EXPECT_EQ(recorder.skip(), SkipReason::kTooLarge);
  EXPECT_EQ(budget.held_bytes, 0u);
  EXPECT_TRUE(recorder.body().empty());
}

TEST(Recorder, TheFirstReasonStays) {
  Recorder::Budget budget;
  Recorder recorder(&budget, 10'000);
  recorder.GiveUp(SkipReason::kClientLeft);
  recorder.GiveUp(SkipReason::kTooLarge);
  EXPECT_EQ(recorder.skip(), SkipReason::kClientLeft);
}

TEST(Recorder, AllRecordersTogetherStayWithinTheBudget) {
  Recorder::Budget budget;
  budget.bytes_max = 1 << 20;
  std::vector<std::unique_ptr<Recorder>> recorders;
  int recording = 0;
  for (int i = 0; i < 100; ++i) {
    recorders.push_back(std::make_unique<Recorder>(&budget, 1 << 20));
    recorders.back()->OnHead(Head(""), false);
    for (int j = 0; j < 32; ++j) recorders.back()->OnBytes(std::string(1000, 'x'));
    EXPECT_LE(budget.held_bytes, budget.bytes_max);
    recording += recorders.back()->recording();
  }
  EXPECT_GT(recording, 10);
  EXPECT_LT(recording, 40);
  recorders.clear();
  EXPECT_EQ(budget.held_bytes, 0u);
}

TEST(Recorder, AFinishedEntryHoldsLittleMoreThanItsBody) {
  Recorder::Budget budget;
  Recorder recorder(&budget, 1 << 20);
  recorder.OnHead(Head(""), true);
  for (int i = 0; i < 1000; ++i) recorder.OnFrame("data: 12345678\n\n", Token(6, 8));
  const auto entry = recorder.Finish({});
  ASSERT_NE(entry, nullptr);
  EXPECT_LE(entry->body.capacity(), entry->body.size() * 5 / 4);
  EXPECT_EQ(entry->patches.capacity(), entry->patches.size());
}

TEST(Recorder, OfAnErrorThatOthersAreTold_TheFirstCallersOwnFieldsAreDropped) {
  http::FieldList fields;
  for (const std::string_view value : {"a", "b"}) fields.Add("Set-Cookie", value);
  fields.Add("OpenAI-Organization", "org");
  fields.Add("Date", "now");
  fields.Add("X-Request-Id", "1");
  fields.Add("Content-Type", "application/json");
  fields.Add("Retry-After", "7");
  fields.Add("X-Engine", "e");
  DropOfOneExchange(&fields);
  EXPECT_EQ(fields.lines(), "Content-Type: application/json\r\nRetry-After: 7\r\nX-Engine: e\r\n");
}

}  // namespace
}  // namespace banto::cache
