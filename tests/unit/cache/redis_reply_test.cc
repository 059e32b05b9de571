#include "cache/redis_reply.h"

#include <gtest/gtest.h>

#include <string>

#include "cache/redis_output.h"

namespace banto::cache {
namespace {

using Result = RedisReplyReader::Result;
using Kind = RedisReply::Kind;

// All replies of `bytes` fed in pieces of `step`, one per line.
std::string ReadAll(const std::string& bytes, size_t step, uint64_t reply_bytes_max = 1 << 20) {
  RedisReplyReader reader(reply_bytes_max);
  std::string out;
  for (size_t at = 0; at < bytes.size(); at += step) {
    reader.Feed(std::string_view(bytes).substr(at, step));
    RedisReply reply;
    Result result;
    while ((result = reader.Next(&reply)) == Result::kReply) {
      out += "SEIBNL"[static_cast<int>(reply.kind)];
      out += reply.kind == Kind::kInteger ? std::to_string(reply.integer) : std::string(reply.text);
      out += '\n';
    }
    if (result == Result::kBad) return out + "bad: " + reader.error();
  }
  return out;
}

TEST(RedisReply, SupportedKindsAreReadHoweverTheyAreCut) {
  const std::string bytes = "+OK\r\n-ERR no\r\n:-12\r\n$5\r\na\r\nbc\r\n$-1\r\n$0\r\n\r\n";
  for (size_t step = 1; step <= bytes.size(); ++step) {
    EXPECT_EQ(ReadAll(bytes, step), "SOK\nEERR no\nI-12\nBa\r\nbc\nN\nB\n") << step;
  }
}

TEST(RedisReply, AggregateRepliesAreRefused) {
  for (const char* bytes : {"*0\r\n", "*1\r\n$1\r\na\r\n", "*-1\r\n", "*2147483647\r\n"}) {
    const std::string out = ReadAll(bytes, 1);
    EXPECT_EQ(out.substr(0, 5), "bad: ") << bytes << out;
  }
}

TEST(RedisReply, TheFirstWordOfAnErrorIsItsCode) {
  RedisReply reply;
  reply.text = "READONLY You can't write";
  EXPECT_EQ(reply.code(), "READONLY");
  reply.text = "ERR";
  EXPECT_EQ(reply.code(), "ERR");
}

TEST(RedisReply, OversizedReplyIsRefusedWhileItArrives) {
  const std::string big = "$100000000\r\n" + std::string(200'000, 'x');
  EXPECT_EQ(ReadAll(big, 1000, 100'000), "bad: a reply larger than allowed");
  const std::string whole = "$2000\r\n" + std::string(2000, 'x') + "\r\n";
  EXPECT_EQ(ReadAll(whole, 5000, 1999), "L\n");
  EXPECT_EQ(ReadAll(whole, 5000, 2000).size(), 2002u);
}

TEST(RedisReply, OversizedValueIsSkippedHoweverItIsCut) {
  const std::string bytes =
      ":1\r\n$50000\r\n" + std::string(50'000, '$') + "\r\n$2\r\nab\r\n:2\r\n";
  for (size_t step : {1, 7, 1000, 16'500, 17'000, 17'500, 50'015, 50'016, 50'017, 60'000}) {
    EXPECT_EQ(ReadAll(bytes, step, 1000), "I1\nL\nBab\nI2\n") << step;
  }
}

TEST(RedisOutput, CommandsKeepTheirOrderAndTheirBytes) {
  RedisOutput output;
  std::string want;
  for (int i = 0; i < 50; ++i) {
    const std::string value(i % 7 == 0 ? 40'000 : 100, static_cast<char>('a' + i % 26));
    ASSERT_TRUE(output.Add({"SET", "k", value}));
    want +=
        "*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$" + std::to_string(value.size()) + "\r\n" + value + "\r\n";
  }
  EXPECT_EQ(output.bytes(), want.size());
  std::string got;
  for (size_t round = 1; output.bytes() > 0; ++round) {
    iovec pieces[3];
    const int count = output.Peek(pieces, 3);
    ASSERT_GT(count, 0);
    size_t left = round * 7919 % 50'000 + 1;  // what this "write" takes
    size_t taken = 0;
    for (int i = 0; i < count && left > 0; ++i) {
      const size_t size = std::min(left, pieces[i].iov_len);
      got.append(static_cast<const char*>(pieces[i].iov_base), size);
      left -= size;
      taken += size;
    }
    output.Take(taken);
  }
  EXPECT_TRUE(got == want);
}

TEST(RedisOutput, BinaryArgumentsAreSentUnchanged) {
  RedisOutput output;
  output.Add({"SET", std::string_view("a\0b\r\n", 5)});
  iovec piece;
  ASSERT_EQ(output.Peek(&piece, 1), 1);
  EXPECT_EQ(std::string(static_cast<const char*>(piece.iov_base), piece.iov_len),
            std::string("*2\r\n$3\r\nSET\r\n$5\r\na\0b\r\n\r\n", 24));
}

}  // namespace
}  // namespace banto::cache
