// The SIMD scans agree with byte-by-byte checks, wherever the text lies.
#include "proxy/http/text_scan.h"

#include <gtest/gtest.h>

#include <memory>
#include <random>
#include <string>

#include "proxy/http/line_reader.h"

namespace banto::http {
namespace {

// Mostly letters, so that long texts without a mark occur too.
std::string RandomText(std::mt19937* random, size_t size, unsigned rarity) {
  std::string text(size, 'a');
  for (char& c : text) {
    if ((*random)() % rarity == 0) c = static_cast<char>((*random)() % 256);
  }
  return text;
}

TEST(TextScan, AgreesWithTheTables) {
  std::mt19937 random(7);
  for (int round = 0; round < 20'000; ++round) {
    const size_t size = random() % 70;
    const size_t before = random() % 20;
    const std::string text = RandomText(&random, before + size, round % 2 == 0 ? 8 : 60);
    // Nothing beyond the text may be read: AddressSanitizer guards the ends of the heap block.
    const auto copy = std::make_unique<char[]>(text.size() + (text.empty() ? 1 : 0));
    std::copy(text.begin(), text.end(), copy.get());
    const std::string_view tail(copy.get() + before, size);
    EXPECT_EQ(IsTargetText(tail), AllAre(tail, kTargetChar));
    EXPECT_EQ(HasNoControl(tail),
              FindControl(tail.data(), tail.data() + size) == tail.data() + size);
    bool plain = !tail.empty();
    for (const char c : tail) {
      plain &=
          (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
    }
    // It may leave a plain name to the table only if there are too few bytes for a vector.
    EXPECT_EQ(IsPlainName(tail, before) || (plain && size + before < 16), plain) << tail;
    const Marks marks = MarkBlock(copy.get(), tail.data(), tail.data() + size);
    const Marks few = MarkFew(tail.data(), std::min(size, kBlock));
    EXPECT_EQ(marks.controls, few.controls);
    EXPECT_EQ(marks.colons, few.colons);
  }
}

TEST(LineReader, LinesAreTheSameWhereverTheBlocksEnd) {
  for (size_t first = 0; first < 140; ++first) {
    for (size_t second = 0; second < 140; ++second) {
      const std::string in =
          std::string(first, 'a') + "\r\n" + std::string(second, 'b') + ": c:\r\n\r\nx:y";
      LineReader lines(in);
      LineReader::Bounds line{};
      ASSERT_EQ(lines.Next(&line), LineReader::Line::kLine);
      ASSERT_EQ(line.text().size(), first);
      ASSERT_GE(line.colon, line.end);
      ASSERT_EQ(lines.Next(&line), LineReader::Line::kLine);
      ASSERT_EQ(line.text(), std::string(second, 'b') + ": c:");
      ASSERT_EQ(line.colon, line.begin + second);
      ASSERT_EQ(lines.Next(&line), LineReader::Line::kLine);
      ASSERT_TRUE(line.text().empty());
      ASSERT_EQ(lines.at(), in.size() - 3);
      ASSERT_EQ(lines.Next(&line), LineReader::Line::kMore);
      ASSERT_EQ(line.text(), "x:y");
      ASSERT_EQ(line.colon, line.begin + 1);
    }
  }
}

TEST(LineReader, BrokenLineEndsAreDetectedWhereverTheBlocksEnd) {
  for (size_t size = 0; size < 140; ++size) {
    const std::string start(size, 'a');
    const auto outcome = [&](const std::string& rest) {
      const std::string in = start + rest;
      LineReader lines(in);
      LineReader::Bounds line{};
      return lines.Next(&line);
    };
    EXPECT_EQ(outcome("\r"), LineReader::Line::kMore);
    EXPECT_EQ(outcome(""), LineReader::Line::kMore);
    EXPECT_EQ(outcome("\rx"), LineReader::Line::kControl);
    EXPECT_EQ(outcome("\r\r\n"), LineReader::Line::kControl);
    EXPECT_EQ(outcome("\n"), LineReader::Line::kControl);
    EXPECT_EQ(outcome(std::string("\0x\r\n", 4)), LineReader::Line::kControl);
  }
}

}  // namespace
}  // namespace banto::http
