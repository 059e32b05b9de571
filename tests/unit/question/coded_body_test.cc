// What a coded body may become, and what is counted for it meanwhile.
#include "proxy/question/coded_body.h"

#include <gtest/gtest.h>
#include <zstd.h>

#include <string>

#include "proxy/http/parser.h"

namespace banto {
namespace {

constexpr size_t kMiB = size_t{1} << 20;

std::string Zstd(const std::string& text) {
  std::string out(ZSTD_compressBound(text.size()), '\0');
  out.resize(ZSTD_compress(out.data(), out.size(), text.data(), text.size(), 3));
  return out;
}

// Bytes that no coding makes smaller.
std::string Noise(size_t size) {
  std::string noise(size, '\0');
  uint32_t state = 1;
  for (char& c : noise) c = static_cast<char>((state = state * 1664525U + 1013904223U) >> 24);
  return noise;
}

class CodedBody : public ::testing::Test {
 protected:
  Refusal Decode(std::string body, const std::string& lines = "Content-Encoding: zstd\r\n") {
    request_.body = std::move(body);
    request_.body_decoded = false;
    const std::string head = "POST / HTTP/1.1\r\nHost: a\r\n" + lines + "\r\n";
    EXPECT_EQ(http::ParseRequestHead(head, 0, {}, &request_.head).status, http::ParseStatus::kDone);
    request_.buffered = BufferedBytes();
    EXPECT_TRUE(request_.buffered.Take(&budget_, request_.body.size()));
    return DecodeBody(limits_, &budget_, &request_);
  }

  conf::Limits limits_;
  BufferedBytes::Budget budget_;
  Request request_;
};

TEST_F(CodedBody, UpToAMebibyteItMayBecomeWhatItLikes) {
  const std::string text(kMiB, ' ');
  EXPECT_EQ(Decode(Zstd(text)).status, 0);
  EXPECT_EQ(request_.body, text);
  EXPECT_EQ(budget_.held.load(), kMiB);
}

TEST_F(CodedBody, AboveItIsRefusedBeyondTwoHundredTimesItsSize) {
  const std::string bomb = Zstd(std::string(8 * kMiB, ' '));
  const Refusal refusal = Decode(bomb);
  EXPECT_EQ(refusal.status, 413);
  EXPECT_NE(refusal.message.find("200 times"), std::string::npos) << refusal.message;
  EXPECT_NE(refusal.message.find("without Content-Encoding"), std::string::npos);
  EXPECT_EQ(request_.body, bomb);
  EXPECT_EQ(budget_.held.load(), bomb.size());
  const std::string text = Noise(48 * 1024) + std::string(8 * kMiB, ' ');
  EXPECT_EQ(Decode(Zstd(text)).status, 0);
  EXPECT_EQ(request_.body, text);
}

TEST_F(CodedBody, BodyBytesMaxHoldsBesides) {
  limits_.body_bytes_max = 100'000;
  EXPECT_EQ(Decode(Zstd(std::string(100'000, ' '))).status, 0);
  const Refusal refusal = Decode(Zstd(std::string(100'001, ' ')));
  EXPECT_EQ(refusal.status, 413);
  EXPECT_NE(refusal.message.find("body_bytes_max = 100000"), std::string::npos) << refusal.message;
}

TEST_F(CodedBody, WhatItMayBecomeIsCountedBefore) {
  const std::string body = Zstd("{}");
  BufferedBytes others;
  budget_.bytes_max = 4 * kMiB;
  ASSERT_TRUE(others.Take(&budget_, 3 * kMiB));
  EXPECT_EQ(Decode(body).status, 503);
  EXPECT_EQ(budget_.held.load(), 3 * kMiB + body.size());
  others = BufferedBytes();
  EXPECT_EQ(Decode(body).status, 0);
}

TEST_F(CodedBody, OneThatFitsASmallBudgetIsTaken) {
  budget_.bytes_max = 8 * 1024;
  EXPECT_EQ(Decode(Zstd(std::string(4096, ' '))).status, 0);
  EXPECT_EQ(Decode(Zstd(std::string(8 * 1024, ' '))).status, 503);
}

TEST_F(CodedBody, SeveralLinesAreOneList) {
  const std::string coded = Zstd("{}");
  for (const char* lines : {"Content-Encoding: identity\r\nContent-Encoding: zstd\r\n",
                            "Content-Encoding: zstd\r\nContent-Encoding: identity\r\n",
                            "Content-Encoding: identity, zstd\r\n",
                            "Content-Encoding: \r\ncontent-encoding: ZSTD\r\n"}) {
    EXPECT_EQ(Decode(coded, lines).status, 0) << lines;
    EXPECT_EQ(request_.body, "{}") << lines;
    EXPECT_TRUE(request_.body_decoded) << lines;
    EXPECT_EQ(Decode("{}", lines).status, 400) << lines;
  }
  for (const char* lines : {"Content-Encoding: gzip\r\nContent-Encoding: zstd\r\n",
                            "Content-Encoding: zstd, zstd\r\n"}) {
    const Refusal refusal = Decode(coded, lines);
    EXPECT_EQ(refusal.status, 415) << lines;
    EXPECT_NE(refusal.message.find(", zstd"), std::string::npos) << refusal.message;
  }
}

TEST_F(CodedBody, NoneIsNotToldToTheWorkerEither) {
  for (const char* lines : {"Content-Encoding: identity\r\n", "Content-Encoding:\r\n",
                            "Content-Encoding: identity\r\nContent-Encoding: Identity\r\n"}) {
    EXPECT_EQ(Decode("{}", lines).status, 0) << lines;
    EXPECT_EQ(request_.body, "{}");
    EXPECT_TRUE(request_.body_decoded);
  }
}

}  // namespace
}  // namespace banto
