// How bodies labelled as coded may begin.
#include "proxy/http/body_begin.h"

#include <gtest/gtest.h>

#include <string>

namespace banto::http {
namespace {

using enum ContentCoding;
constexpr auto kYes = BodyBegin::kCoded;
constexpr auto kNo = BodyBegin::kPlain;
constexpr auto kMore = BodyBegin::kOpen;
const std::string kJson = R"({"error":{"message":"x"}})";

TEST(BodyBegin, EmptyBodyIsNotCoded) {
  for (const ContentCoding coding : {kGzip, kDeflate, kBrotli, kZstd, kOther}) {
    EXPECT_EQ(LookAtCoded(coding, "", true), kNo);
    EXPECT_EQ(LookAtCoded(coding, "", false), kMore);
  }
}

TEST(BodyBegin, TextIsNotCodedWhateverItsLabel) {
  for (const ContentCoding coding : {kGzip, kDeflate, kBrotli, kZstd, kOther}) {
    for (const char* text : {"data: {\"a\":1}\n\n", "[1]", "\"x\"", "{}", "\xEF\xBB\xBF{}", "<p>"})
      EXPECT_EQ(LookAtCoded(coding, text, true), kNo) << text;
    EXPECT_EQ(LookAtCoded(coding, kJson, false), kNo);
    EXPECT_EQ(LookAtCoded(coding, "Upstream is busy, come again", false), kNo);
    // Sixteen bytes end inside a character.
    EXPECT_EQ(LookAtCoded(coding, "{\"message\":\"ab\xC3\xA9\xC3\xA9\"}", false), kNo);
  }
}

TEST(BodyBegin, GzipAndZstdHaveMagicNumbers) {
  EXPECT_EQ(LookAtCoded(kGzip, "\x1F", false), kMore);
  EXPECT_EQ(LookAtCoded(kGzip, "\x1F", true), kYes);
  EXPECT_EQ(LookAtCoded(kGzip, "\x1F\x8B\x08", false), kYes);
  EXPECT_EQ(LookAtCoded(kGzip, "\x1E", false), kNo);
  EXPECT_EQ(LookAtCoded(kZstd, "\x28\xB5\x2F", false), kMore);
  EXPECT_EQ(LookAtCoded(kZstd, "\x28\xB5\x2F\xFD", false), kYes);
  EXPECT_EQ(LookAtCoded(kZstd, "\x5E\x2A\x4D\x18", false), kYes);
  EXPECT_EQ(LookAtCoded(kZstd, "\x28\xB5\x2F\xFE", false), kNo);
}

TEST(BodyBegin, OtherCodingsAreRecognisedByNotBeingText) {
  for (const ContentCoding coding : {kDeflate, kBrotli, kOther}) {
    EXPECT_EQ(LookAtCoded(coding, "\x78\x9C", false), kYes);
    EXPECT_EQ(LookAtCoded(coding, "{\"a\":", false), kMore);
    // Brotli's usual first byte for 64 KiB and more is an opening bracket.
    EXPECT_EQ(LookAtCoded(coding, "[\xFF\x7F\x80", false), kYes);
    EXPECT_EQ(LookAtCoded(coding, "{\x02", false), kYes);
  }
}

}  // namespace
}  // namespace banto::http
