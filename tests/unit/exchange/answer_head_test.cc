// The table "kind of answer x field": which fields an answer has on its way out, and whose they
// are. A new kind or field is a new row or column here.
#include "proxy/exchange/answer_head.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "proxy/base/ascii.h"
#include "proxy/http/field_names.h"
#include "proxy/http/line_scan.h"
#include "proxy/http/list_reader.h"
#include "proxy/routing/target.h"
#include "tests/unit/http/listed.h"

namespace banto {
namespace {

// In the order of a row's marks.
constexpr std::array kColumns = {"Content-Type",
                                 "Cache-Control",
                                 "Cache-Status",
                                 "X-Cache",
                                 "Age",
                                 "X-Banto-Worker",
                                 "X-Banto-Model",
                                 "X-Request-Id",
                                 "Server-Timing",
                                 "X-Accel-Buffering",
                                 "Allow",
                                 "Retry-After",
                                 "Retry-After-Ms",
                                 "X-Banto-Reason",
                                 "Access-Control-Allow-Origin",
                                 "Vary",
                                 "Access-Control-Expose-Headers"};

// Lines of a worker, or of an entry that keeps them, when it speaks of everything itself.
constexpr const char* kWorkersOwn =
    "Content-Type: text/w\r\nCache-Control: w\r\nVary: w, Origin\r\nX-Accel-Buffering: w\r\n"
    "Access-Control-Allow-Origin: w\r\nAccess-Control-Expose-Headers: w\r\n";
constexpr const char* kPlainWorker = "Content-Type: text/w\r\nCache-Control: w\r\n";

// A page that [cors] origins lists.
constexpr Cors kListed{true, false, true, "https://ui.example"};

struct Kinds {
  Kinds() {
    record.request_id = "id-1";
    record.model = "m";
    record.fetch.worker = "gpu1";
    record.cache = ops::CacheOutcome::kMiss;
    record.lookup_us = 1;
    record.error = "queue_full";
    entry.content_type = "text/w";
    entry.worker = "gpu1";
    entry.stored_at_ms = 1'000;
    entry.expires_at_ms = 9'000;
  }
  HeadFacts Of(AnswerKind kind, bool stream) {
    HeadFacts facts(kind, record);
    facts.cache_asked =
        kind == AnswerKind::kRelayed || kind == AnswerKind::kEarly || kind == AnswerKind::kError;
    facts.live = stream;
    facts.now_ms = 3'000;
    if (kind == AnswerKind::kHit) facts.entry = &entry;
    if (kind == AnswerKind::kListing || kind == AnswerKind::kError)
      facts.content_type = "application/json";
    if (kind == AnswerKind::kError) {
      facts.retry_after_s = 5;
      facts.allow = "GET";
    }
    entry.stream = stream;
    return facts;
  }
  ops::ExchangeRecord record;
  cache::Entry entry;
};

// '.' none, 'w' the worker's word, 'x' ours, '!' doubled or empty: never right.
std::string Marks(const http::FieldList& fields) {
  std::string marks;
  for (const std::string_view column : kColumns) {
    const std::string_view value = fields.Find(column);
    const int count = http::Count(fields, column);
    const bool workers = value == "w" || value == "text/w" || value == "w, Origin";
    marks += count == 0 ? '.' : count > 1 || value.empty() ? '!' : workers ? 'w' : 'x';
  }
  return marks;
}

// An entry has its type apart.
http::FieldList WithoutType(const char* worker) {
  http::FieldList fields = http::Listed(worker);
  fields.Remove("Content-Type");
  return fields;
}

struct Row {
  const char* what;
  AnswerKind kind;
  bool stream;
  const char* worker;      // its fields, where it has a say
  const char* plain;       // marks for a caller that is no browser
  const char* engine;      // for a browser, where the engines let every page read
  const char* configured;  // for a browser, where [cors] origins says who may read
};

const std::vector<Row> kRows = {
    // The columns: type, cache-control, status, x-cache, age, worker, model, id, timing, buffering,
    // allow, retry-after (twice), reason, | allow-origin, vary, expose.
    {"miss", AnswerKind::kRelayed, false, kPlainWorker,  //
     "wwxx.xxxx........", "wwxx.xxxx........", "wwxx.xxxx.....xxx"},
    {"stream", AnswerKind::kRelayed, true, kPlainWorker,  //
     "wwxx.xxxxx.......", "wwxx.xxxxx.......", "wwxx.xxxxx....xxx"},
    {"miss of a worker that says all", AnswerKind::kRelayed, false, kWorkersOwn,  //
     "wwxx.xxxxw....www", "wwxx.xxxxw....www", "wwxx.xxxxw....xwx"},
    {"answer without a type", AnswerKind::kRelayed, false, "",  //
     "..xx.xxxx........", "..xx.xxxx........", "..xx.xxxx.....xxx"},
    {"early head", AnswerKind::kEarly, true, "",  //
     "xxxx.xxxxx.......", "xxxx.xxxxx....x..", "xxxx.xxxxx....xxx"},
    {"hit", AnswerKind::kHit, false, "",  //
     "w.xxxxxxx........", "w.xxxxxxx........", "w.xxxxxxx.....xxx"},
    {"hit of a stream", AnswerKind::kHit, true, "",  //
     "w.xxxxxxxx.......", "w.xxxxxxxx.......", "w.xxxxxxxx....xxx"},
    {"hit of a worker that says all", AnswerKind::kHit, false, kWorkersOwn,  //
     "wwxxxxxxxw....www", "wwxxxxxxxw....www", "wwxxxxxxxw....xwx"},
    {"listing", AnswerKind::kListing, false, "",  //
     "x....xxxx........", "x....xxxx.....x..", "x....xxxx.....xxx"},
    {"error of ours", AnswerKind::kError, false, "",  //
     "xxxx.xxxx.xxxx...", "xxxx.xxxx.xxxxx..", "xxxx.xxxx.xxxxxxx"},
    {"preflight", AnswerKind::kPreflight, false, "",  //
     ".....xxxx........", ".....xxxx.....x..", ".....xxxx.....xx."},
};

// The fields of a row's answer.
http::FieldList Answer(const Row& row, const Cors& cors) {
  Kinds kinds;
  const bool hit = row.kind == AnswerKind::kHit;
  if (hit) kinds.entry.fields = WithoutType(row.worker);
  HeadFacts facts = kinds.Of(row.kind, row.stream);
  facts.cors = cors;
  http::FieldList fields = http::Listed(hit ? "" : row.worker);
  AppendAnswerFields(facts, &fields);
  return fields;
}

// Who asks, in the order of a row's marks.
constexpr Cors kNobody{};
constexpr Cors kAnybody{false, false, false, "*"};

TEST(AnswerHead, EveryKindHasItsFields) {
  for (const Row& row : kRows) {
    EXPECT_EQ(Marks(Answer(row, kNobody)), row.plain) << row.what;
    EXPECT_EQ(Marks(Answer(row, kAnybody)), row.engine) << row.what;
    EXPECT_EQ(Marks(Answer(row, kListed)), row.configured) << row.what;
  }
}

// RFC 9113 §8.2: names in lower case, no line ends, nothing of the connection. HTTP/1.1 sends the
// same names and values.
TEST(AnswerHead, EveryKindCanBeSentByAnyProtocol) {
  for (const Row& row : kRows) {
    for (const Cors& cors : {kNobody, kAnybody, kListed}) {
      const http::FieldList fields = Answer(row, cors);
      std::string lines;
      for (const auto& [name, value] : fields) {
        lines.append(name).append(": ").append(value).append("\r\n");
        std::string lower(name);
        std::transform(lower.begin(), lower.end(), lower.begin(), base::ToLower);
        EXPECT_TRUE(http::IsToken(lower)) << row.what << lower;
        const http::FieldName id = http::ClassifyFieldName(lower);
        EXPECT_FALSE(http::kHopByHopFields.Has(id)) << row.what << lower;
        EXPECT_NE(id, http::FieldName::kContentLength) << row.what;
        EXPECT_TRUE(http::HasNoControl(value)) << row.what << lower;
        EXPECT_EQ(http::TrimSpace(value), value) << row.what << lower;
      }
      EXPECT_EQ(lines, fields.lines()) << row.what;
      EXPECT_FALSE(lines.empty()) << row.what;
    }
  }
}

TEST(AnswerHead, AnEntryWithoutATypeIsGivenWithoutOne) {
  Kinds kinds;
  kinds.entry.content_type.clear();
  http::FieldList fields;
  AppendAnswerFields(kinds.Of(AnswerKind::kHit, false), &fields);
  EXPECT_EQ(http::Count(fields, "Content-Type"), 0);
}

TEST(AnswerHead, AnAppsHitSaysToBrowsersWhatTheAppSaid) {
  Kinds kinds;
  kinds.entry.fields = http::Listed(
      "Access-Control-Allow-Origin: https://ui.example\r\nAccess-Control-Allow-Credentials: "
      "true\r\n"
      "Vary: Origin\r\n");
  http::FieldList fields;
  HeadFacts facts = kinds.Of(AnswerKind::kHit, false);
  AppendAnswerFields(facts, &fields);
  EXPECT_EQ(fields.Find("Access-Control-Allow-Credentials"), "true");
  EXPECT_EQ(fields.Find("Access-Control-Allow-Origin"), "https://ui.example");
}

// openai-python and anthropic: false wins over the status, which alone would be asked for again.
TEST(AnswerHead, WhereNoRetryHelps_SdksAreToldSo) {
  Kinds kinds;
  HeadFacts facts = kinds.Of(AnswerKind::kError, false);
  http::FieldList fields;
  AppendAnswerFields(facts, &fields);
  EXPECT_EQ(fields.Find("Retry-After"), "5");
  EXPECT_EQ(fields.Find("Retry-After-Ms"), "5000");
  EXPECT_EQ(http::Count(fields, "X-Should-Retry"), 0);
  facts.retry_after_s = Refusal::kNotAgain;
  fields = {};
  AppendAnswerFields(facts, &fields);
  EXPECT_EQ(fields.Find("X-Should-Retry"), "false");
  EXPECT_EQ(http::Count(fields, "Retry-After") + http::Count(fields, "Retry-After-Ms"), 0);
}

TEST(AnswerHead, AnApisOwnNameForTheIdHasTheSameValueInEveryKind) {
  for (const Row& row : kRows) {
    Kinds kinds;
    kinds.record.id_field = http::FixedName("request-id");
    kinds.entry.fields = WithoutType(row.worker);
    const HeadFacts facts = kinds.Of(row.kind, row.stream);
    http::FieldList fields = http::Listed("Request-Id: req_of_the_worker\r\n");
    AppendAnswerFields(facts, &fields);
    EXPECT_EQ(http::Count(fields, "request-id"), 1) << row.what;
    EXPECT_EQ(fields.Find("request-id"), "id-1") << row.what;
    EXPECT_EQ(fields.Find("X-Request-Id"), "id-1") << row.what;
  }
}

TEST(AnswerHead, WithoutAModelNoneIsNamed) {
  for (const Row& row : kRows) {
    Kinds kinds;
    kinds.record.model = {};
    http::FieldList fields;
    AppendAnswerFields(kinds.Of(row.kind, row.stream), &fields);
    EXPECT_EQ(http::Count(fields, "X-Banto-Model"), 0) << row.what;
  }
}

// vLLM with --allowed-origins says nothing at all to a page that is not on its list.
TEST(AnswerHead, AHitSaysToAPageWhatTheWorkerSaidAndNoMore) {
  for (const char* said : {"", "Vary: Origin\r\n", "Access-Control-Allow-Credentials: true\r\n",
                           "Access-Control-Allow-Origin: https://ui.example\r\nVary: Origin\r\n",
                           "Access-Control-Allow-Origin: *\r\n"}) {
    for (const Cors cors :
         {Cors{false, false, false, "*"}, Cors{false, false, true, "http://localhost"}}) {
      Kinds kinds;
      kinds.entry.fields = http::Listed(said);
      HeadFacts facts = kinds.Of(AnswerKind::kHit, false);
      facts.cors = cors;
      http::FieldList fields;
      AppendAnswerFields(facts, &fields);
      for (const char* name :
           {"Access-Control-Allow-Origin", "Access-Control-Allow-Credentials", "Vary"})
        EXPECT_EQ(fields.List(name), http::Listed(said).List(name)) << said;
    }
  }
}

TEST(AnswerHead, AListReplacesWhatTheWorkerSaidAndKeepsWhatItVariesByAndExposes) {
  Kinds kinds;
  HeadFacts facts = kinds.Of(AnswerKind::kRelayed, false);
  facts.cors = kListed;
  http::FieldList fields = http::Listed(
      "Vary: Accept\r\naccess-control-allow-origin: *\r\nAccess-Control-Allow-Credentials: true\r\n"
      "Vary: Accept-Language\r\nAccess-Control-Expose-Headers: X-Total\r\n");
  AppendAnswerFields(facts, &fields);
  EXPECT_EQ(fields.Find("Vary"), "Accept, Accept-Language, Origin");
  EXPECT_EQ(http::Count(fields, "Vary"), 1);
  EXPECT_EQ(fields.Find("Access-Control-Allow-Origin"), "https://ui.example");
  EXPECT_EQ(http::Count(fields, "Access-Control-Allow-Credentials"), 0);
  EXPECT_TRUE(fields.Find("Access-Control-Expose-Headers").ends_with("X-Total"));
}

TEST(AnswerHead, AnOriginThatIsNotListedIsToldNothing) {
  Kinds kinds;
  HeadFacts facts = kinds.Of(AnswerKind::kHit, false);
  facts.cors = {true, false, true, ""};
  kinds.entry.fields = http::Listed("Access-Control-Allow-Origin: *\r\n");
  http::FieldList fields;
  AppendAnswerFields(facts, &fields);
  EXPECT_EQ(http::Count(fields, "Access-Control-Allow-Origin"), 0);
  EXPECT_EQ(fields.Find("Vary"), "Origin");
}

TEST(AnswerHead, NothingThatCallersSendBreaksALine) {
  Kinds kinds;
  kinds.record.request_id = "a\r\nEvil: 1";
  HeadFacts facts = kinds.Of(AnswerKind::kPreflight, false);
  facts.requested_headers = "x\r\nEvil: 2";
  http::FieldList fields;
  AppendAnswerFields(facts, &fields);
  EXPECT_EQ(http::Count(fields, "Evil"), 0) << fields.lines();
}

}  // namespace
}  // namespace banto
