#include "proxy/client/request_reader.h"

#include <gtest/gtest.h>

#include <string>

namespace banto {
namespace {

constexpr int64_t kHeadAtMs = 1'000'000;

class RequestReaderTest : public testing::Test {
 protected:
  RequestReaderTest() {
    limits_.budget = &budget_;
    timeouts_.client_body_ms = 30'000;
    timeouts_.client_body_total_ms = 100'000;
  }

  RequestReader::Status Read(const std::string& bytes) {
    size_t consumed = 0;
    return reader_.Read(bytes, limits_, kHeadAtMs * 1000, &consumed);
  }

  BufferedBytes::Budget budget_;
  ReadLimits limits_;
  conf::Timeouts timeouts_;
  RequestReader reader_;
};

TEST_F(RequestReaderTest, AHeadThatIsLateIsToldFromABody) {
  EXPECT_EQ(Read("POST / HTTP/1.1\r\nHost: a\r\n"), RequestReader::Status::kMore);
  const Refusal refusal = reader_.TooLate(timeouts_, kHeadAtMs);
  EXPECT_EQ(refusal.status, 408);
  EXPECT_NE(refusal.message.find("timeouts.client_header."), std::string::npos);
}

TEST_F(RequestReaderTest, ABodyHasALimitForItsSilenceAndOneForAllOfIt) {
  EXPECT_EQ(Read("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc"),
            RequestReader::Status::kMore);
  EXPECT_EQ(reader_.BodyLimitMs(timeouts_, kHeadAtMs), 30'000);
  EXPECT_EQ(reader_.BodyLimitMs(timeouts_, kHeadAtMs + 99'000), 1'000);
  EXPECT_EQ(reader_.BodyLimitMs(timeouts_, kHeadAtMs + 101'000), 0);
  const auto words = [this](int64_t now_ms) { return reader_.TooLate(timeouts_, now_ms).message; };
  EXPECT_NE(words(kHeadAtMs + 30'000).find("timeouts.client_body."), std::string::npos);
  EXPECT_NE(words(kHeadAtMs + 100'000).find("timeouts.client_body_total."), std::string::npos);
}

TEST_F(RequestReaderTest, WhatIsRefusedHoldsNothing) {
  limits_.body_bytes_max = 4;
  EXPECT_EQ(Read("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                 "3\r\nabc\r\n3\r\ndef\r\n"),
            RequestReader::Status::kBad);
  EXPECT_EQ(reader_.TakeRefusal().status, 413);
  EXPECT_EQ(budget_.held, 0);
}

TEST_F(RequestReaderTest, ABodyThatTheProcessCannotHoldIsRefusedByItsLength) {
  budget_.bytes_max = 8;
  EXPECT_EQ(Read("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n"),
            RequestReader::Status::kBad);
  EXPECT_STREQ(reader_.TakeRefusal().code, "buffers_full");
}

}  // namespace
}  // namespace banto
