#include "proxy/ops/access_log.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "tests/unit/ops/record_kit.h"

namespace banto::ops {
namespace {

using Json = nlohmann::json;
constexpr auto kJson = conf::Log::Format::kJson;
constexpr auto kText = conf::Log::Format::kText;

std::string Line(const ExchangeRecord& record, conf::Log::Format format) {
  std::string line;
  AppendAccessLine(record, format, &line);
  return line;
}

TEST(AccessLog, JsonHasEveryFactUnderItsName) {
  EXPECT_EQ(Json::parse(Line(StreamedChat(), kJson)), Json::parse(R"({
    "ts": "2026-01-02T03:04:05.678Z", "request_id": "req-1", "client": "10.0.0.7",
    "method": "POST", "path": "/v1/chat/completions", "endpoint": "chat", "model": "llama3",
    "stream": true, "status": 200, "bytes_in": 300, "bytes_out": 4000, "duration_ms": 1234.567,
    "lookup_ms": 0.012, "queue_ms": 4.000, "first_byte_ms": 240.000, "first_token_ms": 250.000,
    "overhead_ms": 0.321, "input_tokens": 11, "output_tokens": 101, "frames": 103,
    "worker": "gpu1", "worker_reason": "least_loaded",
    "attempts": [{"worker": "gpu2", "result": "connect_error", "ms": 0.900, "connect_ms": 0.850},
                 {"worker": "gpu1", "result": "ok", "status": 200, "ms": 1150.000}],
    "cache": "miss", "cache_reason": "key_not_found", "cache_key": "0123456789ab",
    "store": "stored"})"));
}

TEST(AccessLog, MillisecondsHaveThreeDecimals) {
  EXPECT_NE(Line(StreamedChat(), kJson).find("\"queue_ms\":4.000,"), std::string::npos);
  EXPECT_NE(Line(StreamedChat(), kJson).find("\"lookup_ms\":0.012,"), std::string::npos);
}

TEST(AccessLog, InapplicableFieldsAreOmitted) {
  const Json line = Json::parse(Line(ExchangeRecord(), kJson));
  for (const char* key : {"queue_ms", "lookup_ms", "first_token_ms", "input_tokens", "worker",
                          "attempts", "error", "left", "saved_worker_ms", "model", "key"}) {
    EXPECT_FALSE(line.contains(key)) << key;
  }
  EXPECT_EQ(line["ts"], "1970-01-01T00:00:00.000Z");
}

TEST(AccessLog, TheKeyIsNamed) {
  ExchangeRecord record = StreamedChat();
  record.key = "team-a";
  EXPECT_EQ(Json::parse(Line(record, kJson))["key"], "team-a");
  EXPECT_NE(Line(record, kText).find(" key=team-a "), std::string::npos);
}

TEST(AccessLog, ClientTextCannotForgeALine) {
  ExchangeRecord record = StreamedChat();
  record.model = "a\"b\\\n{\"status\":200}\x01\x7F";
  record.request_id = "x\r\ny";
  for (auto format : {kJson, kText}) {
    const std::string line = Line(record, format);
    EXPECT_EQ(line.find('\n'), std::string::npos) << line;
    EXPECT_EQ(line.find('\r'), std::string::npos) << line;
    EXPECT_EQ(line.find('\x01'), std::string::npos) << line;
  }
  EXPECT_EQ(Json::parse(Line(record, kJson))["model"], record.model);
}

TEST(AccessLog, BytesThatAreNotUtf8StayValidJson) {
  ExchangeRecord record = StreamedChat();
  record.path = "/caf\xE9\xFF";
  EXPECT_EQ(Json::parse(Line(record, kJson))["path"], "/caf\xEF\xBF\xBD\xEF\xBF\xBD");
}

TEST(AccessLog, QueryIsNeverInALine) {
  ExchangeRecord record = StreamedChat();
  record.path = "/predict?input_text=secret-prompt&key=sk-123";
  for (auto format : {kJson, kText}) {
    const std::string line = Line(record, format);
    EXPECT_NE(line.find("/predict"), std::string::npos);
    EXPECT_EQ(line.find("secret-prompt"), std::string::npos) << line;
    EXPECT_EQ(line.find("sk-123"), std::string::npos) << line;
  }
}

TEST(AccessLog, TextShowsHowAHitCameAbout) {
  EXPECT_EQ(Line(Hit(), kText),
            "2026-01-02T03:04:05.678Z 200 POST /v1/chat/completions client=10.0.0.7 model=llama3 "
            "cache=hit worker=gpu1/least_loaded duration=0.180ms first_token=0.150ms out=4000 "
            "tokens=101 id=req-1");
}

TEST(AccessLog, TextShowsWhereTheClientLeft) {
  ExchangeRecord record = StreamedChat();
  record.left = LeftPhase::kStreaming;
  record.error = "upstream_timeout";
  const std::string line = Line(record, kText);
  EXPECT_NE(line.find(" left=streaming"), std::string::npos) << line;
  EXPECT_NE(line.find(" error=upstream_timeout"), std::string::npos) << line;
  EXPECT_NE(line.find(" tried=gpu2:connect_error tried=gpu1:ok"), std::string::npos) << line;
}

}  // namespace
}  // namespace banto::ops
