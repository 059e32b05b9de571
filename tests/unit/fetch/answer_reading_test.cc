// How answers are read: by their heads, and by the first bytes where these say too little.
#include "proxy/fetch/answer_reading.h"

#include <gtest/gtest.h>

#include <string>

#include "proxy/http/parser.h"

namespace banto {
namespace {

constexpr const char* kChat = "/v1/chat/completions";

struct Asked {
  std::string path = kChat;
  bool stream = true;
  std::string accepts = "";
  bool identity = true;
  std::string method = "POST";
};

struct Answer {
  http::RequestHead request;
  http::ResponseHead head;
  AnswerFacts facts;

  Answer(const std::string& status, const std::string& fields, const Asked& asked = {})
      : facts{api::FindOperation("POST", asked.path), &request, &head, asked.stream,
              asked.identity} {
    std::string in = asked.method + " " + asked.path + " HTTP/1.1\r\nHost: a\r\n";
    if (!asked.accepts.empty()) in += "Accept-Encoding: " + asked.accepts + "\r\n";
    EXPECT_EQ(http::ParseRequestHead(in + "\r\n", 0, {}, &request).status,
              http::ParseStatus::kDone);
    const std::string out = "HTTP/1.1 " + status + " X\r\n" + fields + "\r\n";
    EXPECT_EQ(http::ParseResponseHead(out, 0, {}, asked.method, &head).status,
              http::ParseStatus::kDone);
  }
};

ReadAs As(const std::string& type, const Asked& asked = {}, const std::string& status = "200") {
  const std::string line = type.empty() ? "" : "Content-Type: " + type + "\r\n";
  const Answer answer(status, line + "Transfer-Encoding: chunked\r\n", asked);
  return ChooseReading(answer.facts, http::BodyBegin::kOpen).as;
}

ReadAs ByFirst(const std::string& type, std::string_view bytes, const Asked& asked = {}) {
  const std::string line = type.empty() ? "" : "Content-Type: " + type + "\r\n";
  return ChooseByFirst(Answer("200", line, asked).facts, LookAtFirst(bytes));
}

const Asked kWhole{kChat, false};
const Asked kLines{"/api/chat", true};
const Asked kApp{"/app", false};

TEST(AnswerReading, AStreamThatWasAskedForIsJudgedByItsFirstBytes) {
  for (const char* type : {"", "text/event-stream", "text/plain", "application/json", "text/html",
                           "application/octet-stream"}) {
    EXPECT_EQ(As(type), ReadAs::kFirstBytes) << type;
    EXPECT_EQ(ByFirst(type, "data: {}\n\n"), ReadAs::kSse) << type;
    EXPECT_EQ(ByFirst(type, ": ping\n\n"), ReadAs::kSse) << type;
    EXPECT_EQ(ByFirst(type, "\xEF\xBB\xBF\r\nevent: x\n"), ReadAs::kSse) << type;
    EXPECT_EQ(ByFirst(type, "{\"error\":"), ReadAs::kObject) << type;
  }
  EXPECT_EQ(ByFirst("", "hello"), ReadAs::kOpaque);
  EXPECT_EQ(ByFirst("text/html", "<html>"), ReadAs::kPage);
  EXPECT_EQ(ByFirst("text/event-stream", "unknown: field\n"), ReadAs::kSse);
}

TEST(AnswerReading, EveryGoodStatusMayBringAStream) {
  EXPECT_EQ(As("text/event-stream", {}, "201"), ReadAs::kFirstBytes);
  EXPECT_EQ(As("text/event-stream", kWhole, "200"), ReadAs::kSse);
  EXPECT_EQ(As("text/event-stream", {}, "206"), ReadAs::kOpaque);
  EXPECT_EQ(As("text/event-stream", {}, "302"), ReadAs::kOpaque);
}

TEST(AnswerReading, WhatDeclaresItselfNeedsNoLook) {
  EXPECT_EQ(As("Text/Event-Stream ; charset=UTF-8", kWhole), ReadAs::kSse);
  EXPECT_EQ(As("application/x-ndjson", kWhole), ReadAs::kNdjson);
  EXPECT_EQ(As("application/json", kWhole), ReadAs::kOpaque);
  EXPECT_EQ(As("", kWhole), ReadAs::kOpaque);
  EXPECT_EQ(As("text/event-stream", kApp), ReadAs::kOpaque);
}

TEST(AnswerReading, LinesOfJsonAreAStreamWhereLinesWereAskedFor) {
  EXPECT_EQ(As("application/json", kLines), ReadAs::kFirstBytes);
  EXPECT_EQ(ByFirst("application/json", "{\"message\":", kLines), ReadAs::kNdjson);
  EXPECT_EQ(ByFirst("", "{\"message\":", kLines), ReadAs::kNdjson);
  const Answer whole("200", "Content-Type: application/json\r\nContent-Length: 9\r\n", kLines);
  EXPECT_EQ(ChooseReading(whole.facts, http::BodyBegin::kOpen).as, ReadAs::kOpaque);
}

TEST(AnswerReading, EventsAreAStream_WhateverLinesTheyAreCalled) {
  for (const char* type : {"application/x-ndjson", "Application/Stream+JSON"}) {
    for (const auto& asked : {Asked(), kLines}) {
      EXPECT_EQ(As(type, asked), ReadAs::kFirstBytes) << type;
      EXPECT_EQ(ByFirst(type, "data: {}\n\n", asked), ReadAs::kSse) << type;
      EXPECT_EQ(ByFirst(type, "{\"message\":", asked), ReadAs::kNdjson) << type;
    }
  }
}

TEST(AnswerReading, ErrorsOfApisAreReadAndThoseOfAppsFrom500) {
  EXPECT_EQ(As("text/html", {}, "400"), ReadAs::kError);
  EXPECT_EQ(As("text/html", kApp, "404"), ReadAs::kOpaque);
  EXPECT_EQ(As("text/html", kApp, "503"), ReadAs::kError);
  EXPECT_EQ(As("application/json", {}, "302"), ReadAs::kOpaque);
}

TEST(AnswerReading, AFieldIsKnownOnlyWhenItIsWhole) {
  for (const char* bytes : {"", "\xEF", "\xEF\xBB\xBF", " \r\n", "d", "dat", "event", "retr"})
    EXPECT_EQ(LookAtFirst(bytes), FirstBytes::kOpen) << bytes;
  for (const char* bytes : {"{", "{ \t"}) EXPECT_EQ(LookAtFirst(bytes), FirstBytes::kOpen) << bytes;
  for (const char* bytes : {"hello", "database", "[1]"})
    EXPECT_EQ(LookAtFirst(bytes), FirstBytes::kOther) << bytes;
  EXPECT_EQ(LookAtFirst(std::string(5000, ' ')), FirstBytes::kOther);
}

TEST(AnswerReading, OnlyMarkupIsAPage) {
  EXPECT_EQ(ByFirst("text/html", " \n<!doctype html>"), ReadAs::kPage);
  EXPECT_EQ(ByFirst("text/html", "<html>", kWhole), ReadAs::kPage);
  for (const char* bytes : {"[[0.1,0.2]]", "hello", "", "3"})
    EXPECT_EQ(ByFirst("text/html", bytes, kWhole), ReadAs::kOpaque) << bytes;
}

TEST(AnswerReading, AnObjectOfSeveralLinesIsNoLineOfAStream) {
  EXPECT_EQ(ByFirst("application/json", "{\n  \"error\": ", kLines), ReadAs::kObject);
  EXPECT_EQ(ByFirst("", "{ \r\n", kLines), ReadAs::kObject);
  EXPECT_EQ(ByFirst("", "{\n", kWhole), ReadAs::kOpaque);
}

TEST(AnswerReading, AContentTypeIsRightOrPutRight) {
  EXPECT_EQ(RightType(ReadAs::kSse, ""), "text/event-stream; charset=utf-8");
  EXPECT_EQ(RightType(ReadAs::kSse, "text/plain"), "text/event-stream; charset=utf-8");
  EXPECT_EQ(RightType(ReadAs::kSse, "TEXT/event-stream"), "TEXT/event-stream");
  EXPECT_EQ(RightType(ReadAs::kNdjson, "application/json"), "application/json");
  EXPECT_EQ(RightType(ReadAs::kNdjson, ""), "application/x-ndjson");
  EXPECT_EQ(RightType(ReadAs::kObject, "text/event-stream"), "application/json");
  EXPECT_EQ(RightType(ReadAs::kOpaque, ""), "");
}

// "decode", "pass", or how it is read instead.
std::string Coded(const std::string& coding, const Asked& asked, const std::string& type,
                  const std::string& status = "200",
                  http::BodyBegin begin = http::BodyBegin::kCoded) {
  const Answer answer(status,
                      "Transfer-Encoding: chunked\r\nContent-Type: " + type +
                          "\r\nContent-Encoding: " + coding + "\r\n",
                      asked);
  const Reading reading = ChooseReading(answer.facts, begin);
  if (reading.decode) return "decode";
  if (reading.as == ReadAs::kLabelled) return "look";
  return reading.as == ReadAs::kOpaque ? "pass" : "read";
}

TEST(AnswerReading, ACodingIsTakenOffWhereTheAnswerIsReadAndElsePassedToWhomItSuits) {
  const Asked takes{kChat, false, "gzip"};
  const Asked stream_takes{kChat, true, "gzip"};
  for (const char* coding : {"gzip", "deflate", "br", "zstd"}) {
    EXPECT_EQ(Coded(coding, {}, "text/event-stream"), "decode") << coding;
    EXPECT_EQ(Coded(coding, {}, "application/json", "400"), "decode") << coding;
    EXPECT_EQ(Coded(coding, kWhole, "application/json"), "decode") << coding;
  }
  EXPECT_EQ(Coded("gzip", stream_takes, "text/event-stream"), "decode");
  EXPECT_EQ(Coded("gzip", takes, "application/json"), "pass");
  EXPECT_EQ(Coded("br", takes, "application/json"), "decode");
  EXPECT_EQ(Coded("gzip", kWhole, "application/json", "206"), "pass");
  EXPECT_EQ(Coded("identity", {}, "text/event-stream"), "read");
}

TEST(AnswerReading, CodingsThatNobodyHereReadsPassAsTheyAre) {
  for (const char* coding : {"gzip, gzip", "aes128gcm"}) {
    EXPECT_EQ(Coded(coding, {}, "text/event-stream"), "pass") << coding;
    EXPECT_EQ(Coded(coding, kWhole, "application/json"), "pass") << coding;
  }
  EXPECT_EQ(Coded("aes128gcm", {}, "application/json", "400"), "read");
}

TEST(AnswerReading, ALabelIsBelievedWhenTheFirstBytesBearItOut) {
  const Asked takes{kChat, false, "gzip"};
  for (const char* coding : {"gzip", "br", "utf-8"}) {
    EXPECT_EQ(Coded(coding, {}, "text/event-stream", "200", http::BodyBegin::kOpen), "look");
    EXPECT_EQ(Coded(coding, takes, "application/json", "200", http::BodyBegin::kOpen), "look");
    EXPECT_EQ(Coded(coding, {}, "text/event-stream", "200", http::BodyBegin::kPlain), "read");
  }
  // A part begins anyhow, and an application's coding is between it and its client.
  EXPECT_EQ(Coded("gzip", takes, "text/plain", "206", http::BodyBegin::kOpen), "pass");
  const Asked app{"/app", false, "", false};
  EXPECT_EQ(Coded("gzip", app, "text/html", "200", http::BodyBegin::kOpen), "pass");
}

TEST(AnswerReading, AnAppThatWasNotAskedForIdentityKeepsItsCoding) {
  const Asked app{"/app", false, "", false};
  EXPECT_EQ(Coded("gzip", app, "text/html"), "pass");
  EXPECT_EQ(Coded("gzip", app, "text/html", "500"), "read");
  const Asked head{"/app", false, "", true, "HEAD"};
  EXPECT_EQ(Coded("gzip", head, "text/html"), "pass");
}

}  // namespace
}  // namespace banto
