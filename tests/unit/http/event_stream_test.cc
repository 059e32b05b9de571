#include "proxy/http/event_stream.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

namespace banto::http {
namespace {

struct Seen {
  std::string bytes, data, event;
  bool operator==(const Seen&) const = default;
};

void PrintTo(const Seen& seen, std::ostream* out) {
  *out << "{" << testing::PrintToString(seen.bytes) << ", " << testing::PrintToString(seen.data)
       << ", " << testing::PrintToString(seen.event) << "}";
}

std::vector<Seen> SplitInto(StreamFraming framing, std::string_view stream, size_t cut,
                            std::string* rest = nullptr) {
  FrameSplitter splitter(framing);
  std::vector<Seen> seen;
  Frame frame;
  for (size_t at = 0; at < stream.size(); at += cut) {
    const std::string_view part = stream.substr(at, cut);
    // A separate copy, so that the sanitizer detects reads beyond a piece.
    const std::vector<char> piece(part.begin(), part.end());
    splitter.Feed({piece.data(), piece.size()});
    while (splitter.Next(&frame) == FrameSplitter::Result::kFrame) {
      seen.push_back({std::string(frame.bytes), std::string(frame.data), std::string(frame.event)});
    }
  }
  if (rest != nullptr) *rest = splitter.rest();
  return seen;
}

// The meaning of a stream does not depend on how it is cut.
std::vector<Seen> Split(StreamFraming framing, std::string_view stream) {
  const std::vector<Seen> whole = SplitInto(framing, stream, stream.size() + 1);
  for (size_t cut = 1; cut <= stream.size(); ++cut) {
    EXPECT_EQ(SplitInto(framing, stream, cut), whole) << "cut at " << cut;
  }
  return whole;
}

std::vector<Seen> SplitSse(std::string_view stream) { return Split(StreamFraming::kSse, stream); }

Seen Data(const std::string& data) { return {"data: " + data + "\n\n", data, ""}; }

TEST(EventStream, CanonicalEventsPassUnchanged) {
  EXPECT_EQ(SplitSse("data: {\"a\":1}\n\ndata: [DONE]\n\n"),
            (std::vector<Seen>{Data("{\"a\":1}"), Data("[DONE]")}));
}

TEST(EventStream, CanonicalEventIsAViewOfTheInput) {
  const std::string stream = "data: {\"a\":1}\n\n";
  FrameSplitter splitter(StreamFraming::kSse);
  Frame frame;
  splitter.Feed(stream);
  ASSERT_EQ(splitter.Next(&frame), FrameSplitter::Result::kFrame);
  EXPECT_EQ(frame.bytes.data(), stream.data());
  EXPECT_EQ(frame.data.data(), stream.data() + 6);
}

TEST(EventStream, NamedEventKeepsItsNameAndIsAViewToo) {
  const std::string stream = "event: ping\ndata: {}\n\n";
  EXPECT_EQ(SplitSse(stream), (std::vector<Seen>{{stream, "{}", "ping"}}));
  FrameSplitter splitter(StreamFraming::kSse);
  Frame frame;
  splitter.Feed(stream);
  ASSERT_EQ(splitter.Next(&frame), FrameSplitter::Result::kFrame);
  EXPECT_EQ(frame.bytes.data(), stream.data());
}

TEST(EventStream, CrLfAndLoneCrBecomeLf) {
  const std::vector<Seen> both = {Data("1"), {"event: e\ndata: 2\n\n", "2", "e"}};
  EXPECT_EQ(SplitSse("data: 1\r\n\r\nevent: e\r\ndata: 2\r\n\r\n"), both);
  EXPECT_EQ(SplitSse("data: 1\r\revent: e\rdata: 2\r\r"), both);
  EXPECT_EQ(SplitSse("data: 1\r\n\nevent: e\ndata: 2\r\r\n"), both);
}

TEST(EventStream, EventEndingInCrIsEmittedWithoutTheNextByte) {
  FrameSplitter splitter(StreamFraming::kSse);
  Frame frame;
  splitter.Feed("data: 1\r\n\r");
  ASSERT_EQ(splitter.Next(&frame), FrameSplitter::Result::kFrame);
  EXPECT_EQ(splitter.Next(&frame), FrameSplitter::Result::kMore);
  splitter.Feed("\n");
  EXPECT_EQ(splitter.Next(&frame), FrameSplitter::Result::kMore);
  EXPECT_TRUE(splitter.rest().empty());
}

TEST(EventStream, LeadingByteOrderMarkIsDropped) {
  EXPECT_EQ(SplitSse("\xEF\xBB\xBF"
                     "data: 1\n\ndata: 2\n\n"),
            (std::vector<Seen>{Data("1"), Data("2")}));
  EXPECT_EQ(SplitSse("\xEF\xBB\xBF\n\ndata: 1\n\n"), (std::vector<Seen>{Data("1")}));
  EXPECT_EQ(SplitSse("\xEF\xBB\xBF\ndata: 1\n\n"), (std::vector<Seen>{Data("1")}));
}

TEST(EventStream, CommentsBetweenEventsAreFramesWithoutData) {
  EXPECT_EQ(SplitSse(":\n\n: ping - 12:00\n\ndata: 1\n\n:\r\n\r\n"),
            (std::vector<Seen>{
                {":\n\n", "", ""}, {": ping - 12:00\n\n", "", ""}, Data("1"), {":\n\n", "", ""}}));
}

// Dify drops a block that begins with a colon, and its token would be lost.
TEST(EventStream, CommentInsideAnEventIsDropped) {
  EXPECT_EQ(SplitSse(": ping\ndata: 1\n\n"), (std::vector<Seen>{Data("1")}));
  EXPECT_EQ(SplitSse("data: 1\n: ping\n\n"), (std::vector<Seen>{Data("1")}));
}

TEST(EventStream, FieldsThatBreakSdksAreDropped) {
  EXPECT_EQ(SplitSse("id: 7\ndata: 1\nretry: 3000\n\nretry: 3000\n\nid: 8\n\nfoo: bar\n\n"),
            (std::vector<Seen>{Data("1")}));
}

TEST(EventStream, EventsWithoutDataAreNotFrames) {
  EXPECT_EQ(SplitSse("data:\n\ndata: \n\ndata\n\nevent: x\n\n\n\n\r\n\r\ndata: 1\n\n"),
            (std::vector<Seen>{Data("1")}));
}

TEST(EventStream, SeveralDataLinesFormOnePayload) {
  EXPECT_EQ(SplitSse("data: {\ndata:\"a\":1\ndata: }\n\n"),
            (std::vector<Seen>{{"data: {\ndata: \"a\":1\ndata: }\n\n", "{\n\"a\":1\n}", ""}}));
  EXPECT_EQ(SplitSse("event: e\r\ndata: 1\r\ndata: 2\r\n\r\n"),
            (std::vector<Seen>{{"event: e\ndata: 1\ndata: 2\n\n", "1\n2", "e"}}));
}

TEST(EventStream, OnlyOneSpaceAfterTheColonIsStripped) {
  EXPECT_EQ(SplitSse("data:1\n\ndata:  1\n\n"),
            (std::vector<Seen>{{"data:1\n\n", "1", ""}, {"data:  1\n\n", " 1", ""}}));
}

TEST(EventStream, EventNameAfterTheDataIsMovedToTheFront) {
  EXPECT_EQ(SplitSse("data: 1\nevent: e\n\n"),
            (std::vector<Seen>{{"event: e\ndata: 1\n\n", "1", "e"}}));
}

TEST(EventStream, TextMayBeCutInsideACharacter) {
  EXPECT_EQ(SplitSse("data: 番頭🙂\n\n"), (std::vector<Seen>{Data("番頭🙂")}));
}

TEST(EventStream, AnUnfinishedEventIsTheRest) {
  std::string rest;
  const std::string stream = "data: 1\n\ndata: 2\n";
  for (size_t cut = 1; cut <= stream.size(); ++cut) {
    EXPECT_EQ(SplitInto(StreamFraming::kSse, stream, cut, &rest).size(), 1U);
    EXPECT_EQ(rest, "data: 2\n");
  }
  SplitInto(StreamFraming::kSse, "data: 1\n\n", 1, &rest);
  EXPECT_EQ(rest, "");
}

// llama.cpp up to 2024.
TEST(EventStream, AnErrorFieldIsAnEventThatClientsRead) {
  EXPECT_EQ(
      SplitSse("error: {\"code\":500}\n\n"),
      (std::vector<Seen>{{"event: error\ndata: {\"code\":500}\n\n", "{\"code\":500}", "error"}}));
}

TEST(EventStream, JsonWithoutItsFieldNameIsData) {
  EXPECT_EQ(SplitSse("{\"error\":\"x\"}\n\n"), (std::vector<Seen>{Data("{\"error\":\"x\"}")}));
  EXPECT_EQ(SplitSse("data: 1\n\n{\r\n \"error\":\r\n \"x\"}\r\n\r\n"),
            (std::vector<Seen>{Data("1"), Data("{  \"error\":  \"x\"}")}));
}

// A picture. If any of it were scanned twice, this would not end.
TEST(EventStream, EventOfManyMegabytesIsReadInPieces) {
  for (const auto framing : {StreamFraming::kSse, StreamFraming::kNdjson}) {
    const bool sse = framing == StreamFraming::kSse;
    const std::string picture(size_t{24} << 20, 'A');
    const std::string event = sse ? Data(picture).bytes : picture + "\n";
    std::string rest;
    const std::vector<Seen> seen = SplitInto(framing, event + event, 4096, &rest);
    ASSERT_EQ(seen.size(), 2U);
    EXPECT_TRUE(seen[0].bytes == event && seen[1].data == picture);
    EXPECT_EQ(rest, "");
  }
}

TEST(EventStream, BlankLineFedAtTheEndCompletesTheRest) {
  FrameSplitter splitter(StreamFraming::kSse);
  Frame frame;
  splitter.Feed("data: [DONE]");
  EXPECT_EQ(splitter.Next(&frame), FrameSplitter::Result::kMore);
  splitter.Feed("\n\n");
  ASSERT_EQ(splitter.Next(&frame), FrameSplitter::Result::kFrame);
  EXPECT_EQ(frame.data, "[DONE]");
}

TEST(EventStream, FrameBeyondTheLimitStopsTheReading) {
  for (const size_t cut : {size_t{1}, size_t{100}}) {
    FrameSplitter splitter(StreamFraming::kSse, 16);
    Frame frame;
    const std::string stream = "data: 1\n\ndata: 12345678901234567890\n\ndata: 2\n\n";
    std::vector<FrameSplitter::Result> results;
    for (size_t at = 0; at < stream.size(); at += cut) {
      splitter.Feed(std::string_view(stream).substr(at, cut));
      FrameSplitter::Result result = splitter.Next(&frame);
      for (; result == FrameSplitter::Result::kFrame; result = splitter.Next(&frame)) {
        results.push_back(result);
      }
      if (result == FrameSplitter::Result::kTooLong) results.push_back(result);
    }
    EXPECT_EQ(results.front(), FrameSplitter::Result::kFrame);
    EXPECT_EQ(results[1], FrameSplitter::Result::kTooLong);
    EXPECT_EQ(results.back(), FrameSplitter::Result::kTooLong);
    EXPECT_LE(splitter.rest().size(), 16U);
  }
}

TEST(EventStream, EventsOfAnySizeEndAtTheRightPlace) {
  for (size_t size = 1; size < 200; ++size) {
    const std::string data(size, 'x');
    const std::string stream = Data(data).bytes + Data("[DONE]").bytes;
    EXPECT_EQ(SplitInto(StreamFraming::kSse, stream, stream.size()),
              (std::vector<Seen>{Data(data), Data("[DONE]")}));
    for (const char low : {'\r', '\n', '\t', '\0'}) {
      std::string odd = stream;
      odd[6 + (size * 7) % size] = low;
      odd[6 + size - 1] = low;
      EXPECT_EQ(SplitInto(StreamFraming::kSse, odd, odd.size()),
                SplitInto(StreamFraming::kSse, odd, 1));
    }
  }
}

TEST(EventStream, AFrameAtTheLimitIsNotTooLong) {
  for (const size_t limit : {size_t{9}, size_t{8}}) {
    FrameSplitter splitter(StreamFraming::kSse, limit);
    Frame frame;
    splitter.Feed("data: 1\n\ndata: 2\n\n");
    EXPECT_EQ(splitter.Next(&frame),
              limit == 9 ? FrameSplitter::Result::kFrame : FrameSplitter::Result::kTooLong);
    EXPECT_EQ(splitter.Next(&frame),
              limit == 9 ? FrameSplitter::Result::kFrame : FrameSplitter::Result::kTooLong);
    EXPECT_EQ(splitter.Next(&frame),
              limit == 9 ? FrameSplitter::Result::kMore : FrameSplitter::Result::kTooLong);
  }
}

// Pieces of one byte never contain a complete event, so they always take the slow path.
TEST(EventStream, AnyInputIsReadAsIfByteByByte) {
  const std::vector<std::string> parts = {"data: {\"a\":1}\n\n",
                                          "data: ",
                                          "data:",
                                          "\n",
                                          "\n\n",
                                          "\r\n",
                                          "\r",
                                          ":",
                                          " ",
                                          "event: x\n",
                                          "id: 1\n",
                                          "\xEF\xBB\xBF",
                                          std::string("\0", 1),
                                          "\t",
                                          "x",
                                          std::string(70, 'y')};
  std::mt19937 random(3);
  for (int round = 0; round < 20000; ++round) {
    std::string stream;
    for (size_t count = 1 + random() % 8; count > 0; --count) {
      stream += parts[random() % (random() % 3 == 0 ? 4 : parts.size())];
    }
    std::string rest, careful_rest;
    for (const auto framing : {StreamFraming::kSse, StreamFraming::kNdjson}) {
      const std::vector<Seen> careful = SplitInto(framing, stream, 1, &careful_rest);
      for (const size_t cut : {size_t{2}, 1 + random() % 30, stream.size()}) {
        ASSERT_EQ(SplitInto(framing, stream, cut, &rest), careful)
            << testing::PrintToString(stream) << " cut at " << cut;
        ASSERT_EQ(rest, careful_rest) << testing::PrintToString(stream);
      }
    }
  }
}

TEST(JsonLines, LinesAreFrames) {
  EXPECT_EQ(
      Split(StreamFraming::kNdjson, "{\"a\":1}\n{\"b\":2}\n"),
      (std::vector<Seen>{{"{\"a\":1}\n", "{\"a\":1}", ""}, {"{\"b\":2}\n", "{\"b\":2}", ""}}));
}

// ollama-python parses every line, including blank ones.
TEST(JsonLines, BlankLinesAndCrAreDropped) {
  EXPECT_EQ(
      Split(StreamFraming::kNdjson, "\n{\"a\":1}\r\n\r\n \n{\"b\":2}\n"),
      (std::vector<Seen>{{"{\"a\":1}\n", "{\"a\":1}", ""}, {"{\"b\":2}\n", "{\"b\":2}", ""}}));
}

TEST(JsonLines, ALineWithoutItsEndIsTheRest) {
  std::string rest;
  EXPECT_TRUE(SplitInto(StreamFraming::kNdjson, "{\"a\":1", 3, &rest).empty());
  EXPECT_EQ(rest, "{\"a\":1");
}

TEST(OpaqueStream, BytesPassUnchanged) {
  EXPECT_EQ(SplitInto(StreamFraming::kNone, "abc", 2),
            (std::vector<Seen>{{"ab", "ab", ""}, {"c", "c", ""}}));
}

}  // namespace
}  // namespace banto::http
