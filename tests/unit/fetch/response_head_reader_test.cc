#include "proxy/fetch/response_head_reader.h"

#include <gtest/gtest.h>

#include <string>

namespace banto {
namespace {

using Status = ResponseHeadReader::Status;

constexpr char kFinal[] = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n";
constexpr char kProcessing[] = "HTTP/1.1 102 Processing\r\n\r\n";

class ResponseHeadReaderTest : public testing::Test {
 protected:
  Status Read(std::string_view* bytes) { return reader_.Read(limits_, "GET", bytes); }
  Status Read(const std::string& text) {
    std::string_view bytes = text;
    return Read(&bytes);
  }

  conf::Limits limits_;
  ResponseHeadReader reader_;
};

TEST_F(ResponseHeadReaderTest, WhatFollowsTheFinalHeadIsLeft) {
  const std::string text = std::string(kFinal) + "ok";
  std::string_view bytes = text;
  EXPECT_EQ(Read(&bytes), Status::kFinal);
  EXPECT_EQ(reader_.head().status(), 200);
  EXPECT_EQ(bytes, "ok");
}

TEST_F(ResponseHeadReaderTest, AHeadThatComesInPiecesIsJoined) {
  const std::string text = std::string(kFinal) + "ok";
  EXPECT_FALSE(reader_.begun());
  EXPECT_EQ(Read(text.substr(0, 20)), Status::kMore);
  EXPECT_TRUE(reader_.begun());
  const std::string joined = reader_.Join(text.substr(20));
  EXPECT_FALSE(reader_.begun());
  std::string_view bytes = joined;
  EXPECT_EQ(Read(&bytes), Status::kFinal);
  EXPECT_EQ(bytes, "ok");
}

TEST_F(ResponseHeadReaderTest, InterimHeadsComeOneByOne) {
  const std::string text = std::string(kProcessing) + kProcessing + kFinal;
  std::string_view bytes = text;
  EXPECT_EQ(Read(&bytes), Status::kInterim);
  EXPECT_EQ(reader_.head().status(), 102);
  EXPECT_EQ(Read(&bytes), Status::kInterim);
  EXPECT_EQ(Read(&bytes), Status::kFinal);
  EXPECT_EQ(bytes, "");
}

TEST_F(ResponseHeadReaderTest, InterimHeadsWithoutEndAreCut) {
  limits_.header_bytes_max = 100;
  Status status = Status::kInterim;
  int count = 0;
  while (status == Status::kInterim && count < 1000) {
    status = Read(kProcessing);
    ++count;
  }
  EXPECT_EQ(status, Status::kBad);
  EXPECT_EQ(reader_.kind(), FailureKind::kHeadTooLong);
  EXPECT_GT(count, 16);
}

TEST_F(ResponseHeadReaderTest, ASwitchOfProtocolsIsTheWorkersFault) {
  EXPECT_EQ(Read("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n"), Status::kBad);
  EXPECT_EQ(reader_.kind(), FailureKind::kProtocol);
}

TEST_F(ResponseHeadReaderTest, AHeadBeyondOurLimitsIsNotTheWorkersFault) {
  limits_.header_bytes_max = 64;
  EXPECT_EQ(Read("HTTP/1.1 200 OK\r\nA: " + std::string(100, 'x') + "\r\n\r\n"), Status::kBad);
  EXPECT_EQ(reader_.kind(), FailureKind::kHeadTooLong);
  EXPECT_EQ(Read("SSH-2.0-OpenSSH_9.2\r\n\r\n"), Status::kBad);
  EXPECT_EQ(reader_.kind(), FailureKind::kProtocol);
}

}  // namespace
}  // namespace banto
