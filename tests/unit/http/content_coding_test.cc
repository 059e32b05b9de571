#include "proxy/http/content_coding.h"

#include <gtest/gtest.h>
#include <zlib.h>
#include <zstd.h>

#include <string>

namespace banto::http {
namespace {

constexpr size_t kMiB = size_t{1} << 20;
constexpr int kGzip = MAX_WBITS + 16;

std::string Deflated(const std::string& text, int window_bits) {
  z_stream stream = {};
  EXPECT_EQ(deflateInit2(&stream, 9, Z_DEFLATED, window_bits, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string in = text;
  std::string out(deflateBound(&stream, in.size()) + 64, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(in.data());
  stream.avail_in = static_cast<uInt>(in.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

std::string Zstd(const std::string& text) {
  std::string out(ZSTD_compressBound(text.size()), '\0');
  out.resize(ZSTD_compress(out.data(), out.size(), text.data(), text.size(), 3));
  return out;
}

// What `body` decodes to, or the status if it does not.
std::string Decoded(std::string_view coding, const std::string& body, size_t bytes_max = kMiB) {
  std::string out = "left over";
  switch (DecodeBody(ContentCodingOf(coding), body, bytes_max, &out)) {
    case DecodeStatus::kOk:
      return out;
    case DecodeStatus::kUnsupported:
      EXPECT_EQ(out, "");
      return "unsupported";
    case DecodeStatus::kCorrupt:
      EXPECT_EQ(out, "");
      return "corrupt";
    case DecodeStatus::kTooLarge:
      EXPECT_EQ(out, "");
      return "too large";
  }
  return "";
}

const std::string& Prompt() {
  static const std::string kPrompt = [] {
    std::string text;
    for (int i = 0; i < 5000; ++i) text += "{\"content\": " + std::to_string(i * 7919) + "}";
    return text;
  }();
  return kPrompt;
}

struct Coding {
  const char* name;
  std::string body;
};

std::vector<Coding> Codings(const std::string& text) {
  return {{"gzip", Deflated(text, kGzip)},
          {"deflate", Deflated(text, MAX_WBITS)},
          {"deflate", Deflated(text, -MAX_WBITS)},
          {"zstd", Zstd(text)}};
}

TEST(ContentCoding, DecodesWhatWasEncoded) {
  for (const std::string& text : {std::string(), std::string("x"), Prompt()}) {
    for (const Coding& c : Codings(text)) EXPECT_EQ(Decoded(c.name, c.body), text) << c.name;
  }
  EXPECT_EQ(Decoded("X-GZip", Deflated("hi", kGzip)), "hi");
  EXPECT_EQ(Decoded("Identity", "as is"), "as is");
  EXPECT_EQ(Decoded("", "as is"), "as is");
}

TEST(ContentCoding, SeveralMembersFollowEachOther) {
  EXPECT_EQ(Decoded("gzip", Deflated("one", kGzip) + Deflated("two", kGzip)), "onetwo");
  EXPECT_EQ(Decoded("zstd", Zstd("one") + Zstd("two")), "onetwo");
}

TEST(ContentCoding, UnknownOrSeveralCodingsAreUnsupported) {
  for (const char* coding : {"gzip, gzip", "compress", "gzip;q=1", "gzip "}) {
    EXPECT_EQ(Decoded(coding, "x"), "unsupported") << coding;
  }
}

TEST(ContentCoding, EveryTruncatedBodyIsCorrupt) {
  for (const Coding& c : Codings("hello, hello, hello, hello")) {
    for (size_t size = 0; size < c.body.size(); ++size) {
      EXPECT_EQ(Decoded(c.name, c.body.substr(0, size)), "corrupt") << c.name << " " << size;
    }
  }
}

TEST(ContentCoding, BytesAfterTheEndAreCorrupt) {
  for (const Coding& c : Codings("hello")) EXPECT_EQ(Decoded(c.name, c.body + "x"), "corrupt");
  const std::string zlib = Deflated("hello", MAX_WBITS);
  EXPECT_EQ(Decoded("deflate", zlib + zlib), "corrupt");
}

TEST(ContentCoding, RubbishIsCorrupt) {
  for (const char* coding : {"gzip", "deflate", "zstd"}) {
    EXPECT_EQ(Decoded(coding, "{\"model\": \"x\"}"), "corrupt") << coding;
  }
}

TEST(ContentCoding, LimitAppliesToTheOutput) {
  for (const Coding& c : Codings(Prompt())) {
    EXPECT_EQ(Decoded(c.name, c.body, Prompt().size()), Prompt()) << c.name;
    EXPECT_EQ(Decoded(c.name, c.body, Prompt().size() - 1), "too large") << c.name;
  }
  EXPECT_EQ(Decoded("identity", "abc", 2), "too large");
  EXPECT_EQ(Decoded("gzip", Deflated("", kGzip), 0), "");
}

TEST(ContentCoding, UsesNoMoreMemoryThanTheLimit) {
  const std::string text(5 * kMiB, 'a');
  for (const Coding& c : Codings(text)) {
    std::string out;
    ASSERT_EQ(DecodeBody(ContentCodingOf(c.name), c.body, text.size() + 9, &out),
              DecodeStatus::kOk);
    EXPECT_LE(out.capacity(), text.size() + 64) << c.name;
  }
}

TEST(ContentCoding, ExcessMemoryIsReturned) {
  std::string noise(kMiB, '\0');
  uint32_t state = 1;
  for (char& c : noise) c = static_cast<char>((state = state * 1664525U + 1013904223U) >> 24);
  std::string out;
  ASSERT_EQ(DecodeBody(ContentCoding::kGzip, Deflated(noise, kGzip), 64 * kMiB, &out),
            DecodeStatus::kOk);
  EXPECT_LE(out.capacity(), 2 * noise.size());
}

TEST(ContentCoding, BombIsRefusedEarly) {
  for (const Coding& c : Codings(std::string(64 * kMiB, 'a'))) {
    EXPECT_EQ(Decoded(c.name, c.body), "too large") << c.name;
  }
}

}  // namespace
}  // namespace banto::http
