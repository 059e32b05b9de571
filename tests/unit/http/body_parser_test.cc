#include "proxy/http/body_parser.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

namespace banto::http {
namespace {

using State = BodyParser::State;

struct Result {
  std::string payload;
  State state;
  size_t consumed;
  bool operator==(const Result&) const = default;
};

// Feeds `in` to `parser` as one piece.
void Feed(std::string_view in, BodyParser* parser, Result* result) {
  while (parser->state() == State::kReading) {
    const BodyParser::Piece piece = parser->Next(in);
    result->payload.append(piece.payload);
    result->consumed += piece.consumed;
    if (piece.consumed == 0) break;
    in.remove_prefix(piece.consumed);
  }
  result->state = parser->state();
}

// Reads `in`, cut after each size in `cuts` (ascending).
Result Read(std::string_view in, const std::vector<size_t>& cuts = {},
            BodyFraming framing = {BodyKind::kChunked, 0}) {
  BodyParser parser(framing);
  Result result{"", parser.state(), 0};
  size_t at = 0;
  for (const size_t cut : cuts) {
    Feed(in.substr(at, cut - at), &parser, &result);
    at = cut;
  }
  Feed(in.substr(at), &parser, &result);
  return result;
}

bool IsBad(std::string_view in) { return Read(in).state == State::kBad; }

TEST(Body, NoneIsDoneAtOnce) {
  EXPECT_TRUE(BodyParser().done());
  EXPECT_TRUE(BodyParser({BodyKind::kNone, 0}).done());
  EXPECT_TRUE(BodyParser({BodyKind::kLength, 0}).done());
}

TEST(LengthBody, BytesBeyondItBelongToTheNextMessage) {
  const Result result = Read("helloGET", {}, {BodyKind::kLength, 5});
  EXPECT_EQ(result, (Result{"hello", State::kDone, 5}));
}

TEST(LengthBody, RemainingCountsDown) {
  BodyParser parser({BodyKind::kLength, 5});
  EXPECT_EQ(parser.Next("he").payload, "he");
  EXPECT_EQ(parser.remaining(), 3u);
  EXPECT_EQ(parser.Next("").consumed, 0u);
  EXPECT_EQ(parser.state(), State::kReading);
}

TEST(LengthBody, ClosingEarlyIsNotAnEnd) {
  BodyParser parser({BodyKind::kLength, 5});
  parser.Next("hell");
  EXPECT_EQ(parser.Close(), State::kBad);
  EXPECT_NE(parser.error(), nullptr);
}

TEST(UntilCloseBody, EndsWithTheConnection) {
  BodyParser parser({BodyKind::kUntilClose, 0});
  EXPECT_EQ(parser.Next("hello").payload, "hello");
  EXPECT_EQ(parser.state(), State::kReading);
  EXPECT_EQ(parser.Close(), State::kDone);
}

TEST(ChunkedBody, PayloadIsWhatTheChunksHold) {
  EXPECT_EQ(Read("5\r\nhello\r\nC\r\n, world and \r\n2\r\nok\r\n0\r\n\r\nGET"),
            (Result{"hello, world and ok", State::kDone, 39}));
}

TEST(ChunkedBody, EmptyBodyIsJustTheLastChunk) {
  EXPECT_EQ(Read("0\r\n\r\n"), (Result{"", State::kDone, 5}));
  EXPECT_EQ(Read("000\r\n\r\n").state, State::kDone);
}

TEST(ChunkedBody, OneCallTakesAChunkWithItsFraming) {
  BodyParser parser({BodyKind::kChunked, 0});
  const BodyParser::Piece piece = parser.Next("5\r\nhello\r\n0\r\n\r\n");
  EXPECT_EQ(piece.payload, "hello");
  EXPECT_EQ(piece.consumed, 15u);
  EXPECT_TRUE(parser.done());
}

TEST(ChunkedBody, EverySplitGivesTheSameResult) {
  for (const std::string in :
       {"5\r\nhello\r\n1b;a=b;c=\"d\\\"e\";f\r\nabcdefghijklmnopqrstuvwxyz!\r\n0\r\nA: "
        "b\r\nC:\r\n\r\nX",
        "5\r\nhello\r\n0\r\n\r\n", "5\r\nhellox\r\n", "5\r\nhello\r\n0\r\n\rX", "5 \r\nhello\r\n",
        "1\r\na\n0\r\n\r\n", "2;a=\"\r\n\"\r\nab\r\n"}) {
    const Result whole = Read(in);
    for (size_t a = 0; a <= in.size(); ++a) {
      for (size_t b = a; b <= in.size(); ++b) {
        EXPECT_EQ(Read(in, {a, b}), whole) << in << " cut at " << a << " and " << b;
      }
    }
  }
}

TEST(ChunkedBody, MalformedSizeIsRefused) {
  for (const char* in :
       {" 5\r\nhello\r\n", "5 \r\nhello\r\n", "\t5\r\n", "+5\r\n", "-5\r\n", "0x5\r\n", "5h\r\n",
        "\r\n", ";a\r\n", "5_0\r\n", "g\r\n", "5,\r\n", "5\x0b\r\n", "\xd9\xa5\r\n", "5 ;a\r\n"}) {
    EXPECT_TRUE(IsBad(in)) << in;
  }
  EXPECT_TRUE(IsBad(std::string_view("5\0\r\nhello\r\n", 11)));
}

TEST(ChunkedBody, SizeThatOverflowsIsRefused) {
  EXPECT_TRUE(IsBad("8000000000000000\r\n"));
  EXPECT_TRUE(IsBad("ffffffffffffffff\r\n"));
  EXPECT_TRUE(IsBad("10000000000000005\r\n"));
  EXPECT_TRUE(IsBad("00000000000000005\r\n"));
  EXPECT_FALSE(IsBad("7fffffffffffffff\r\n"));
  EXPECT_FALSE(IsBad("0000000000000005\r\n"));
}

TEST(ChunkedBody, BareLineEndsAreRefused) {
  for (const char* in : {"5\nhello\r\n0\r\n\r\n", "5\r\nhello\n0\r\n\r\n", "5\r\nhello\r\n0\n\r\n",
                         "5\r\nhello\r\n0\r\n\n", "5\rhello", "5\r\nhello\r0", "5\r\nhello\r\n0\r0",
                         "5;a\nhello", "0\r\nA: b\n\r\n", "0\r\nA: b\rc", "0\r\n\rX"}) {
    EXPECT_TRUE(IsBad(in)) << in;
  }
}

TEST(ChunkedBody, ChunkOfAnotherSizeIsRefused) {
  EXPECT_TRUE(IsBad("4\r\nhello\r\n"));
  EXPECT_TRUE(IsBad("5\r\nhello0\r\n\r\n"));
  EXPECT_TRUE(IsBad("6\r\nhello\r\n0\r\n\r\n"));
}

TEST(ChunkedBody, ExtensionsFollowTheirGrammar) {
  for (const char* in : {"1;a\r\nx\r\n", "1;a=b\r\nx\r\n", "1;a=\"b;\t c\";d\r\nx\r\n",
                         "1;a=\"\\\"\"\r\nx\r\n", "1;a=\"\"\r\nx\r\n"}) {
    EXPECT_EQ(Read(in).payload, "x") << in;
  }
  for (const char* in :
       {"1;\r\nx", "1;;a\r\nx", "1;a=\r\nx", "1;=b\r\nx", "1;a=b=c\r\nx", "1;a b\r\nx", "1; a\r\nx",
        "1;a=\"b\r\n\"\r\nx", "1;a=\"b\"c\r\nx", "1;a=\"\\\r\nx", "1;a\rb\r\nx", "1;a\x7f\r\nx"}) {
    EXPECT_TRUE(IsBad(in)) << in;
  }
  EXPECT_TRUE(IsBad(std::string_view("1;a=\"\0\"\r\nx", 10)));
}

TEST(ChunkedBody, ExtensionsAreBoundedOverTheWholeBody) {
  EXPECT_TRUE(IsBad("1;" + std::string(4096, 'a') + "\r\nx"));
  EXPECT_FALSE(IsBad("1;" + std::string(4000, 'a') + "\r\nx"));
  std::string many;
  for (int i = 0; i < 100; ++i) many += "1;" + std::string(50, 'a') + "\r\nx\r\n";
  EXPECT_TRUE(IsBad(many));
}

TEST(ChunkedBody, TrailersAreCheckedAndDropped) {
  EXPECT_EQ(Read("1\r\nx\r\n0\r\nContent-Length: 5\r\nB:\r\n\r\n").payload, "x");
  EXPECT_EQ(Read("1\r\nx\r\n0\r\nContent-Length: 5\r\nB:\r\n\r\n").state, State::kDone);
  for (const char* in :
       {"0\r\n A: b\r\n", "0\r\nA: b\r\n c\r\n", "0\r\nA b: c\r\n", "0\r\nnocolon\r\n",
        "0\r\n: b\r\n", "0\r\nA : b\r\n", "0\r\nA: \x01\r\n"}) {
    EXPECT_TRUE(IsBad(in)) << in;
  }
}

TEST(ChunkedBody, TrailersAreBounded) {
  EXPECT_TRUE(IsBad("0\r\nA: " + std::string(8192, 'a')));
  EXPECT_FALSE(IsBad("0\r\nA: " + std::string(8000, 'a')));
  // Preceding extensions do not use up their budget.
  EXPECT_FALSE(IsBad("0;" + std::string(4000, 'a') + "\r\nA: " + std::string(8000, 'a')));
}

TEST(ChunkedBody, ClosingBeforeTheLastChunkIsNotAnEnd) {
  for (const char* in : {"", "5\r\nhello", "5\r\nhello\r\n", "0\r\n", "0\r\n\r"}) {
    BodyParser parser({BodyKind::kChunked, 0});
    Result ignored{};
    Feed(in, &parser, &ignored);
    EXPECT_EQ(parser.Close(), State::kBad) << in;
  }
}

TEST(ChunkedBody, NothingIsTakenAfterItsEndOrAnError) {
  BodyParser done({BodyKind::kChunked, 0});
  done.Next("0\r\n\r\n");
  EXPECT_EQ(done.Next("5\r\n").consumed, 0u);
  BodyParser bad({BodyKind::kChunked, 0});
  bad.Next("x");
  EXPECT_EQ(bad.state(), State::kBad);
  EXPECT_EQ(bad.Next("5\r\nhello").consumed, 0u);
}

// The result for `in` in every detail; fed byte by byte, a chunk never takes the fast path.
std::string Told(std::string_view in, size_t step) {
  BodyParser parser({BodyKind::kChunked, 0});
  Result result{"", parser.state(), 0};
  for (size_t at = 0; at < in.size(); at += step) Feed(in.substr(at, step), &parser, &result);
  return result.payload + "|" + std::to_string(static_cast<int>(parser.state())) + " " +
         std::to_string(result.consumed) + " " + (parser.error() == nullptr ? "" : parser.error()) +
         " " + std::to_string(static_cast<int>(parser.Close()));
}

TEST(ChunkedBody, CompleteChunksAreReadAsIfByteByByte) {
  const std::vector<std::string> parts = {"5\r\nhello\r\n",
                                          "A\r\n0123456789\r\n",
                                          "0b\r\nhello world\r\n",
                                          "1;a=b\r\nx\r\n",
                                          "0\r\n\r\n",
                                          "0\r\nA: b\r\n\r\n",
                                          "000000005\r\nhello\r\n",
                                          "100000005\r\nhello\r\n",
                                          "5\r\nhello\n",
                                          "5\nhello\r\n",
                                          "5\r\nhell\r\n",
                                          "5\r\nhello!\r\n",
                                          "40\r\n" + std::string(64, '\r') + "\r\n",
                                          "12c\r\n" + std::string(300, 'x') + "\r\n"};
  std::mt19937 random(5);
  for (int round = 0; round < 5000; ++round) {
    std::string in;
    for (size_t count = 1 + random() % 5; count > 0; --count) {
      // Plain parts more often, otherwise few streams get far.
      in += parts[random() % (random() % 2 == 0 ? 2 : parts.size())];
    }
    if (random() % 2 == 0) in[random() % in.size()] = "\r\n0;aG \xff"[random() % 8];
    const std::string careful = Told(in, 1);
    for (const size_t step : {size_t{2}, 1 + random() % 20, 1 + random() % 400, in.size()}) {
      ASSERT_EQ(Told(in, step), careful) << testing::PrintToString(in) << " by " << step;
    }
  }
}

}  // namespace
}  // namespace banto::http
