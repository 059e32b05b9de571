#include "proxy/http/content_decoder.h"

#include <gtest/gtest.h>
#include <zlib.h>
#include <zstd.h>

#include <string>
#include <vector>

#include "proxy/http/parser.h"

namespace banto::http {
namespace {

using Status = ContentDecoder::Status;

std::string Unhex(std::string_view hex) {
  std::string bytes;
  for (size_t i = 0; i + 1 < hex.size(); i += 2)
    bytes.push_back(static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16)));
  return bytes;
}

const std::string kFirst = "data: {\"a\":1}\n\n";
const std::string kSecond = "data: [DONE]\n\n";

// Two pieces of one stream, each flushed, as a CDN sends them.
struct Coded {
  ContentCoding coding;
  std::string first, second;
};

Coded Deflated(ContentCoding coding, int window_bits) {
  z_stream stream = {};
  EXPECT_EQ(deflateInit2(&stream, 9, Z_DEFLATED, window_bits, 8, Z_DEFAULT_STRATEGY), Z_OK);
  const auto pack = [&stream](std::string text, int flush) {
    std::string out(256, '\0');
    stream.next_in = reinterpret_cast<Bytef*>(text.data());
    stream.avail_in = static_cast<uInt>(text.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    deflate(&stream, flush);
    out.resize(out.size() - stream.avail_out);
    return out;
  };
  Coded coded{coding, pack(kFirst, Z_SYNC_FLUSH), ""};
  coded.second = pack(kSecond, Z_FINISH);
  deflateEnd(&stream);
  return coded;
}

Coded Zstd() {
  ZSTD_CCtx* const context = ZSTD_createCCtx();
  const auto pack = [context](const std::string& text, ZSTD_EndDirective end) {
    std::string out(256, '\0');
    ZSTD_inBuffer in = {text.data(), text.size(), 0};
    ZSTD_outBuffer room = {out.data(), out.size(), 0};
    EXPECT_EQ(ZSTD_compressStream2(context, &room, &in, end), 0U);
    out.resize(room.pos);
    return out;
  };
  Coded coded{ContentCoding::kZstd, pack(kFirst, ZSTD_e_flush), ""};
  coded.second = pack(kSecond, ZSTD_e_end);
  ZSTD_freeCCtx(context);
  return coded;
}

std::vector<Coded> Codings() {
  return {Deflated(ContentCoding::kGzip, MAX_WBITS + 16),
          Deflated(ContentCoding::kDeflate, MAX_WBITS),
          Deflated(ContentCoding::kDeflate, -MAX_WBITS),
          {ContentCoding::kBrotli, Unhex("0b0780646174613a207b2261223a317d0a0a"),
           Unhex("d100805f5261ab2b095144931260252a831f")},
          Zstd()};
}

// Everything that `bytes` decode to, with a buffer of `room_size`.
Status DecodeAll(ContentDecoder* decoder, std::string_view bytes, size_t room_size,
                 std::string* out) {
  std::string room(room_size, '\0');
  while (true) {
    size_t got = 0;
    const Status status = decoder->Decode(&bytes, room.data(), room.size(), &got);
    out->append(room, 0, got);
    if (status != Status::kFull) return status;
  }
}

TEST(ContentDecoder, EachFlushedPieceIsDecodedAtOnce) {
  for (const Coded& coded : Codings()) {
    const auto decoder = MakeContentDecoder(coded.coding);
    std::string out;
    EXPECT_EQ(DecodeAll(decoder.get(), coded.first, 4096, &out), Status::kMore);
    EXPECT_EQ(out, kFirst) << static_cast<int>(coded.coding);
    EXPECT_FALSE(decoder->whole());
    EXPECT_EQ(DecodeAll(decoder.get(), coded.second, 4096, &out), Status::kMore);
    EXPECT_EQ(out, kFirst + kSecond);
    EXPECT_TRUE(decoder->whole());
    EXPECT_EQ(DecodeAll(decoder.get(), "", 4096, &out), Status::kMore);
    EXPECT_TRUE(decoder->whole());
  }
}

TEST(ContentDecoder, InputAndOutputSizesDoNotMatter) {
  for (const Coded& coded : Codings()) {
    const std::string bytes = coded.first + coded.second;
    for (const size_t cut : {size_t{1}, size_t{2}, size_t{7}, bytes.size()}) {
      for (const size_t room : {size_t{1}, size_t{5}, kFirst.size() + kSecond.size()}) {
        const auto decoder = MakeContentDecoder(coded.coding);
        std::string out;
        for (size_t at = 0; at < bytes.size(); at += cut) {
          ASSERT_EQ(DecodeAll(decoder.get(), std::string_view(bytes).substr(at, cut), room, &out),
                    Status::kMore);
        }
        EXPECT_EQ(out, kFirst + kSecond) << static_cast<int>(coded.coding) << " " << cut;
        EXPECT_TRUE(decoder->whole());
      }
    }
  }
}

TEST(ContentDecoder, TruncatedBodyIsNotWholeAndGarbageIsCorrupt) {
  for (const Coded& coded : Codings()) {
    const auto decoder = MakeContentDecoder(coded.coding);
    std::string out;
    const std::string cut = coded.first + coded.second.substr(0, coded.second.size() - 1);
    EXPECT_EQ(DecodeAll(decoder.get(), cut, 4096, &out), Status::kMore);
    EXPECT_FALSE(decoder->whole()) << static_cast<int>(coded.coding);
    const auto other = MakeContentDecoder(coded.coding);
    EXPECT_EQ(DecodeAll(other.get(), std::string(64, '\xFF'), 4096, &out), Status::kCorrupt);
  }
  EXPECT_EQ(MakeContentDecoder(ContentCoding::kIdentity), nullptr);
  EXPECT_EQ(MakeContentDecoder(ContentCoding::kOther), nullptr);
}

TEST(ContentDecoder, BytesAfterACompleteBodyAreNotPartOfIt) {
  for (const Coded& coded : Codings()) {
    for (const std::string& padding : {std::string(16, '\0'), std::string("\r\n")}) {
      const auto decoder = MakeContentDecoder(coded.coding);
      std::string out;
      EXPECT_EQ(DecodeAll(decoder.get(), coded.first + coded.second + padding, 4096, &out),
                Status::kCorrupt);
      EXPECT_TRUE(decoder->whole()) << static_cast<int>(coded.coding);
      EXPECT_EQ(out, kFirst + kSecond) << static_cast<int>(coded.coding);
    }
  }
}

ContentCoding CodingOf(const std::string& fields) {
  ResponseHead head;
  ParseResponseHead("HTTP/1.1 200 OK\r\n" + fields + "\r\n", 0, {}, "POST", &head);
  return ReadContentCoding(head);
}

TEST(ContentCodingNames, AllLinesCountAndSeveralCodingsAreUnsupported) {
  EXPECT_EQ(CodingOf(""), ContentCoding::kIdentity);
  EXPECT_EQ(CodingOf("Content-Encoding: identity\r\n"), ContentCoding::kIdentity);
  EXPECT_EQ(CodingOf("Content-Encoding: \r\n"), ContentCoding::kIdentity);
  EXPECT_EQ(CodingOf("Content-Encoding: X-GZip\r\n"), ContentCoding::kGzip);
  EXPECT_EQ(CodingOf("Content-Encoding: BR\r\n"), ContentCoding::kBrotli);
  EXPECT_EQ(CodingOf("Content-Encoding: identity, zstd\r\n"), ContentCoding::kZstd);
  EXPECT_EQ(CodingOf("Content-Encoding: gzip, gzip\r\n"), ContentCoding::kOther);
  EXPECT_EQ(CodingOf("Content-Encoding: gzip\r\nContent-Encoding: br\r\n"), ContentCoding::kOther);
  EXPECT_EQ(CodingOf("Content-Encoding: aes128gcm\r\n"), ContentCoding::kOther);
}

bool Accepts(const std::string& value, ContentCoding coding) {
  RequestHead head;
  ParseRequestHead("GET / HTTP/1.1\r\nHost: a\r\n" + value + "\r\n", 0, {}, &head);
  return AcceptsCoding(head, coding);
}

TEST(ContentCodingNames, ClientAcceptsOnlyWhatItNames) {
  const auto gzip = ContentCoding::kGzip;
  EXPECT_TRUE(Accepts("Accept-Encoding: gzip, deflate\r\n", gzip));
  EXPECT_TRUE(Accepts("Accept-Encoding: br\r\nAccept-Encoding: x-gzip;q=0.5\r\n", gzip));
  EXPECT_TRUE(Accepts("Accept-Encoding: *\r\n", gzip));
  EXPECT_FALSE(Accepts("Accept-Encoding: *;q=0\r\n", gzip));
  EXPECT_FALSE(Accepts("Accept-Encoding: gzip;q=0, *\r\n", gzip));
  EXPECT_FALSE(Accepts("Accept-Encoding: gzip; q=0.000\r\n", gzip));
  EXPECT_FALSE(Accepts("Accept-Encoding: identity\r\n", gzip));
  EXPECT_FALSE(Accepts("", gzip));
}

}  // namespace
}  // namespace banto::http
