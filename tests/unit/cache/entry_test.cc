#include "cache/entry.h"

#include <gtest/gtest.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>

#include "cache/pace.h"

namespace banto::cache {
namespace {

constexpr int64_t kNowMs = 1'790'000'000'000;

Entry SampleEntry() {
  Entry e;
  e.status = 200;
  e.stream = true;
  e.content_type = "text/event-stream";
  e.fields.Add("X-Model-Version", "7");
  e.body = "data: {\"id\":\"chatcmpl-abcdefgh\",\"created\":1700000000}\n\n";
  e.patches = {{13, 17, Patch::Kind::kId}, {42, 10, Patch::Kind::kCreated}};
  e.usage = {6, 3};
  e.model = "llama";
  e.worker = "gpu1";
  e.stored_at_ms = kNowMs - 1000;
  e.expires_at_ms = kNowMs + 1000;
  e.input_tokens = 12;
  e.output_tokens = -1;
  e.worker_ms = 830;
  return e;
}

const char* WhyNot(std::string_view value, std::string_view key = "key") {
  const char* why = "";
  return DecodeEntry(value, key, kNowMs, &why) == nullptr ? why : "decoded";
}

std::string RenewedBody(const Entry& entry, int64_t now_s, uint64_t random) {
  std::string body;
  AppendRenewed(entry, 0, entry.body.size(), now_s, random, &body);
  return body;
}

TEST(EntryCodec, EveryFieldRoundTrips) {
  const Entry in = SampleEntry();
  const char* why = nullptr;
  const EntryPtr out = DecodeEntry(EncodeEntry(in, "key"), "key", kNowMs, &why);
  ASSERT_NE(out, nullptr) << why;
  EXPECT_EQ(out->status, in.status);
  EXPECT_EQ(out->stream, in.stream);
  EXPECT_EQ(out->content_type, in.content_type);
  EXPECT_EQ(out->fields.lines(), in.fields.lines());
  EXPECT_EQ(out->body, in.body);
  ASSERT_EQ(out->patches.size(), 2u);
  EXPECT_EQ(out->patches[1].at, 42u);
  EXPECT_EQ(out->patches[1].size, 10u);
  EXPECT_EQ(out->patches[1].kind, Patch::Kind::kCreated);
  EXPECT_EQ(out->usage.at, 6u);
  EXPECT_EQ(out->usage.size, 3u);
  EXPECT_EQ(out->model, in.model);
  EXPECT_EQ(out->worker, in.worker);
  EXPECT_EQ(out->stored_at_ms, in.stored_at_ms);
  EXPECT_EQ(out->expires_at_ms, in.expires_at_ms);
  EXPECT_EQ(out->input_tokens, 12);
  EXPECT_EQ(out->output_tokens, -1);
  EXPECT_EQ(out->worker_ms, 830);
}

Entry PacedEntry() {
  Entry e = SampleEntry();
  PaceWriter writer;
  writer.Note(0, 0, &e.pace);
  writer.Note(20, 700, &e.pace);
  return e;
}

TEST(EntryCodec, APaceRoundTrips) {
  const Entry in = PacedEntry();
  const EntryPtr out = DecodeEntry(EncodeEntry(in, "key"), "key", kNowMs, nullptr);
  ASSERT_NE(out, nullptr);
  EXPECT_EQ(out->pace, in.pace);
  EXPECT_EQ(out->body, in.body);
  EXPECT_EQ(out->patches.size(), 2u);
}

// So that programs from before there was a pace read it.
TEST(EntryCodec, AnEntryWithoutAPaceIsOfTheOlderVersion) {
  EXPECT_EQ(EncodeEntry(SampleEntry(), "key")[4], 2);
  EXPECT_EQ(EncodeEntry(PacedEntry(), "key")[4], 3);
}

TEST(EntryCodec, APaceBeyondTheBodyIsRefused) {
  Entry entry = PacedEntry();
  entry.body.resize(19);
  entry.patches.clear();
  EXPECT_STREQ(WhyNot(EncodeEntry(entry, "key")), "lengths");
}

TEST(EntryCodec, EveryTruncationOfAPacedEntryIsRefused) {
  const std::string value = EncodeEntry(PacedEntry(), "key");
  for (size_t size = 0; size < value.size(); ++size)
    EXPECT_STRNE(WhyNot(std::string_view(value).substr(0, size)), "decoded") << size;
}

TEST(EntryCodec, EveryTruncationIsRefused) {
  const std::string value = EncodeEntry(SampleEntry(), "key");
  for (size_t size = 0; size < value.size(); ++size) {
    EXPECT_STRNE(WhyNot(std::string_view(value).substr(0, size)), "decoded") << size;
  }
  EXPECT_STREQ(WhyNot(value + "x"), "checksum");
}

TEST(EntryCodec, EveryFlippedBitIsRefused) {
  std::string value = EncodeEntry(SampleEntry(), "key");
  for (size_t bit = 0; bit < value.size() * 8; ++bit) {
    value[bit / 8] = static_cast<char>(value[bit / 8] ^ (1 << (bit % 8)));
    EXPECT_STRNE(WhyNot(value), "decoded") << bit;
    value[bit / 8] = static_cast<char>(value[bit / 8] ^ (1 << (bit % 8)));
  }
  EXPECT_STREQ(WhyNot(value), "decoded");
}

TEST(EntryCodec, DefectsAreNamed) {
  const Entry entry = SampleEntry();
  std::string value = EncodeEntry(entry, "key");
  EXPECT_STREQ(WhyNot(value, "another key"), "checksum");
  EXPECT_STREQ(WhyNot(""), "too short");
  EXPECT_STREQ(WhyNot("{\"id\":\"chatcmpl-1\",\"choices\":[]}"), "bad magic");
  value[4] = 9;
  EXPECT_STREQ(WhyNot(value), "other version");
  Entry old = entry;
  old.expires_at_ms = kNowMs;
  EXPECT_STREQ(WhyNot(EncodeEntry(old, "key")), "expired");
  Entry future = entry;
  future.stored_at_ms = kNowMs + 3600'000;
  future.expires_at_ms = kNowMs + 7200'000;
  EXPECT_STREQ(WhyNot(EncodeEntry(future, "key")), "from the future");
}

TEST(EntryCodec, APatchOutsideTheBodyIsRefused) {
  Entry entry = SampleEntry();
  entry.patches = {{static_cast<uint32_t>(entry.body.size()) - 1, 2, Patch::Kind::kId}};
  EXPECT_STREQ(WhyNot(EncodeEntry(entry, "key")), "lengths");
  entry.patches = {{UINT32_MAX, UINT16_MAX, Patch::Kind::kId}};
  EXPECT_STREQ(WhyNot(EncodeEntry(entry, "key")), "lengths");
}

TEST(EntryCodec, UsageOutsideTheBodyIsRefused) {
  Entry entry = SampleEntry();
  entry.usage = {static_cast<uint32_t>(entry.body.size()) - 1, 2};
  EXPECT_STREQ(WhyNot(EncodeEntry(entry, "key")), "lengths");
  entry.usage = {UINT32_MAX, UINT32_MAX};
  EXPECT_STREQ(WhyNot(EncodeEntry(entry, "key")), "lengths");
}

// What somebody else wrote with a checksum that is right.
std::string Sealed(std::string value, std::string_view key) {
  value.resize(value.size() - 16);
  const std::string all = value + std::string(key);
  XXH128_canonical_t checksum;
  XXH128_canonicalFromHash(&checksum, XXH3_128bits(all.data(), all.size()));
  return value.append(reinterpret_cast<const char*>(checksum.digest), sizeof checksum.digest);
}

TEST(EntryCodec, FieldsThatWouldSpeakForTheConnectionAreRefused) {
  const std::string kept = "X-Model-Version: 7\r\n";
  const std::string value = EncodeEntry(SampleEntry(), "key");
  const size_t at = value.find(kept);
  ASSERT_NE(at, std::string::npos);
  const auto with = [&](const std::string& lines) {
    EXPECT_EQ(lines.size(), kept.size()) << lines;
    return Sealed(std::string(value).replace(at, kept.size(), lines), "key");
  };
  EXPECT_STREQ(WhyNot(with("X-Other-Version: 7\r\n")), "decoded");
  for (const char* lines :
       {"X-Model-Version: 77\n", "X-Model-Version: 777", "Content-Length: 42\r\n",
        "Connection: close:\r\n", "A: 1\r\n\r\nHTTP/1.1 2\r\n", "X-Model-Version  7\r\n"})
    EXPECT_STREQ(WhyNot(with(lines)), "fields") << lines;
}

TEST(RenewedBody, IdAndCreatedAreNewAndNothingMoves) {
  const Entry entry = SampleEntry();
  const std::string body = RenewedBody(entry, 1'800'000'000, 42);
  EXPECT_EQ(body.size(), entry.body.size());
  EXPECT_EQ(body.substr(0, 22), entry.body.substr(0, 22));  // … "chatcmpl-
  EXPECT_NE(body.substr(22, 8), entry.body.substr(22, 8));
  EXPECT_EQ(body.substr(42, 10), "1800000000");
  EXPECT_EQ(body.substr(52), entry.body.substr(52));
  EXPECT_NE(RenewedBody(entry, 1'800'000'000, 43), body);
}

TEST(RenewedBody, AllIdsOfOneReplayAreEqual) {
  Entry entry;
  entry.body = "chatcmpl-aaaaaaaaZZZ|chatcmpl-aaaaaaaaZZZ|";
  entry.patches = {{0, 20, Patch::Kind::kId}, {21, 20, Patch::Kind::kId}};
  const std::string body = RenewedBody(entry, 0, 7);
  EXPECT_EQ(body.substr(0, 20), body.substr(21, 20));
  EXPECT_NE(body.substr(0, 20), entry.body.substr(0, 20));
  EXPECT_EQ(body.substr(0, 9), "chatcmpl-");
  EXPECT_TRUE(std::all_of(body.begin() + 9, body.begin() + 20,
                          [](unsigned char c) { return std::isalnum(c); }));
}

TEST(RenewedBody, AHexIdStaysHexAndAnIndexStays) {
  Entry entry;
  entry.body = "cmpl-0123456789abcdef-0";
  entry.patches = {{0, 23, Patch::Kind::kId}};
  const std::string body = RenewedBody(entry, 0, 7);
  EXPECT_EQ(body.substr(0, 5), "cmpl-");
  EXPECT_EQ(body[21], '-');
  EXPECT_NE(body, entry.body);
  EXPECT_EQ(body.find_first_not_of("0123456789abcdef-", 5), std::string::npos);
}

TEST(RenewedBody, CreatedOfAnotherLengthIsKept) {
  Entry entry;
  entry.body = "1700000000123|999";
  entry.patches = {{0, 13, Patch::Kind::kCreated}, {14, 3, Patch::Kind::kCreated}};
  EXPECT_EQ(RenewedBody(entry, 1'800'000'000, 1), entry.body);
}

TEST(RenewedBody, AnIdKeepsWhatStandsBeforeItsUnderscore) {
  Entry entry;
  entry.body = "msg_01XFDUDYJgAACzvnptVv|resp_Vie0aVhK_x";
  entry.patches = {{0, 24, Patch::Kind::kId}, {25, 15, Patch::Kind::kId}};
  const std::string body = RenewedBody(entry, 0, 7);
  EXPECT_EQ(body.substr(0, 4), "msg_");
  EXPECT_NE(body.substr(4, 20), entry.body.substr(4, 20));
  EXPECT_EQ(body.substr(24, 6), "|resp_");
  EXPECT_EQ(body[38], '_');
}

TEST(RenewedBody, TheLastDateIsNow_AndDatesKeepTheirDistance) {
  Entry entry;
  entry.body = "2024-01-15T08:00:00.84Z|2024-01-15T08:00:03.1Z|yesterday";
  entry.patches = {{0, 23, Patch::Kind::kDate}, {24, 22, Patch::Kind::kDate}};
  EXPECT_EQ(RenewedBody(entry, 1'800'000'003, 1),
            "2027-01-15T08:00:00.84Z|2027-01-15T08:00:03.1Z|yesterday");
  entry.patches.push_back({47, 9, Patch::Kind::kDate});
  EXPECT_EQ(RenewedBody(entry, 1'800'000'003, 1), entry.body);
}

TEST(RenewedBody, DatesOfOneSecondMoveAlike) {
  Entry entry;
  entry.body =
      "2024-01-15T08:00:03.1Z|2024-01-15T08:00:03.22Z|2024-01-15T08:00:0?.2Z|2024-01-15T08:00:03Z";
  entry.patches = {{0, 22, Patch::Kind::kDate},
                   {23, 23, Patch::Kind::kDate},
                   {47, 22, Patch::Kind::kDate},
                   {70, 20, Patch::Kind::kDate}};
  EXPECT_EQ(RenewedBody(entry, 1'800'000'003, 1),
            "2027-01-15T08:00:03.1Z|2027-01-15T08:00:03.22Z|2024-01-15T08:00:0?.2Z|"
            "2027-01-15T08:00:03Z");
}

TEST(EntryCost, CountsAllocatedRatherThanUsedBytes) {
  Entry small;
  Entry roomy;
  roomy.body.reserve(1 << 20);
  EXPECT_GE(roomy.CostBytes(), small.CostBytes() + (1 << 20));
}

TEST(EntryCost, CountsTheOtherForm) {
  Entry alone = SampleEntry(), both = SampleEntry();
  both.other_form = std::make_shared<Entry>(alone);
  EXPECT_EQ(both.CostBytes(), alone.CostBytes() + both.other_form->CostBytes());
}

}  // namespace
}  // namespace banto::cache
