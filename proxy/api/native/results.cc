#include "proxy/api/native/results.h"

#include <algorithm>
#include <vector>

#include "proxy/api/json_each.h"
#include "proxy/api/passed_answer.h"
#include "proxy/base/ascii.h"

namespace banto::api::native {
namespace {

bool IsNumber(RawJson raw) {
  return !raw.empty() && (raw.front() == '-' || base::IsDigit(raw.front()));
}

// Numbers at every depth, and something of them: a vector, one for each token, or the weights of
// some dimensions ({"index":…,"value":…}). Recursive: the cursor that skipped the text bounded its
// depth.
bool HoldsNumbers(RawJson raw) {
  json::JsonCursor json(raw);
  std::string_view key;
  bool all = true, any = false;
  if (json.EnterObject()) {
    for (; json.NextMember(&key); any = true) all = IsNumber(json.Skip()) && all;
  } else if (json.EnterArray()) {
    for (; json.NextElement(); any = true) all = HoldsNumbers(json.Skip()) && all;
  } else {
    return IsNumber(raw);
  }
  return json.Finish() && all && any;
}

// How many numbers a flat list holds; 0: it is none.
size_t WidthOf(RawJson list) {
  json::JsonCursor json(list);
  size_t width = 0;
  if (!json.EnterArray()) return 0;
  for (; json.NextElement(); ++width) {
    if (!IsNumber(json.Skip())) return 0;
  }
  return width;
}

// Floats, or base64.
bool IsVector(RawJson raw) {
  if (!raw.starts_with('"')) return raw.starts_with('[') && HoldsNumbers(raw);
  const std::string_view text = json::Unquoted(raw);
  return !text.empty() && text.size() % 4 == 0;
}

// One result: of these members those that are there.
struct Result {
  RawJson raw, index, score, label, probs, vector, flagged, categories;
};

Result ReadResult(RawJson raw) {
  Result result;
  result.raw = raw;
  if (!raw.starts_with('{')) return result;
  EachMember(raw, [&](std::string_view key, RawJson value) {
    if (key == "index") result.index = value;
    if (key == "score" || key == "relevance_score") result.score = value;
    if (key == "label") result.label = value;
    if (key == "probs") result.probs = value;
    if (key == "embedding" || key == "data") result.vector = value;
    if (key == "flagged") result.flagged = value;
    if (key == "categories") result.categories = value;
  });
  return result;
}

// What one kind of results is.
struct Kind {
  bool (*is_result)(const Result& result);
  bool best_only = false;  // of what was asked about some may be left out
  // Whether it counts as one of those that were asked for; nullptr: each does.
  bool (*counts)(const Result& result) = nullptr;
};

bool IsRank(const Result& result) { return IsNumber(result.index) && IsNumber(result.score); }

bool IsScore(const Result& result) {
  return result.raw.starts_with('{') ? IsNumber(result.score) : HoldsNumbers(result.raw);
}

bool IsClass(const Result& result) {
  if (!result.raw.starts_with('[')) {
    return HoldsNumbers(result.probs) || HoldsNumbers(result.vector) ||
           (IsNumber(result.score) && result.label.starts_with('"'));
  }
  bool all = true, any = false;
  const bool whole = EachElement(result.raw, [&](RawJson element) {
    const Result one = ReadResult(element);
    all = all && IsNumber(one.score) && one.label.starts_with('"');
    any = true;
  });
  return whole && all && any;
}

// TEI answers one text with its classes.
bool IsOfOneText(const Result& result) { return result.label.empty() || !result.probs.empty(); }

bool IsRow(const Result& result) {
  return result.raw.starts_with('{') ? IsVector(result.vector)
                                     : HoldsNumbers(result.raw) || IsVector(result.raw);
}

bool IsModeration(const Result& result) {
  const bool judged = result.flagged == "true" || result.flagged == "false";
  return judged && result.categories.starts_with('{');
}

// Gathers the results of one list.
class Results {
 public:
  Results(const Kind& kind, int expected) : kind_(kind), expected_(expected) {}

  void Add(RawJson raw) {
    const Result result = ReadResult(raw);
    good_ = good_ && kind_.is_result(result);
    ++elements_;
    if (kind_.counts == nullptr || kind_.counts(result)) ++count_;
    if (!result.index.empty()) indexes_.push_back(json::IntegerOr(result.index, -1));
    const size_t width = WidthOf(result.vector.empty() ? raw : result.vector);
    good_ = good_ && (width == 0 || width_ == 0 || width == width_);
    width_ = std::max(width, width_);
  }
  // `text`: a JSON array.
  void AddAll(RawJson text) {
    good_ = EachElement(text, [this](RawJson raw) { Add(raw); }) && good_;
  }

  Completeness Judge() {
    if (elements_ == 0) return Completeness::kEmptyAnswer;
    const bool counted = expected_ <= 0 || count_ == 0 || count_ == expected_;
    return good_ && counted && EachOnce() ? Completeness::kComplete : Completeness::kMalformed;
  }

 private:
  bool EachOnce() {
    if (indexes_.empty()) return true;
    std::sort(indexes_.begin(), indexes_.end());
    if (indexes_.front() < 0 || (!kind_.best_only && indexes_.back() >= elements_)) return false;
    return std::adjacent_find(indexes_.begin(), indexes_.end()) == indexes_.end();
  }

  const Kind kind_;
  const int expected_;
  size_t width_ = 0;
  int elements_ = 0, count_ = 0;
  bool good_ = true;
  std::vector<int64_t> indexes_;
};

bool HoldsResults(std::string_view key) {
  return key == "results" || key == "data" || key == "scores" || key == "embeddings";
}

// The lists of an object; Cohere has one for each type of numbers.
bool AddLists(RawJson list, Results* results) {
  if (list.starts_with('[')) {
    results->AddAll(list);
    return true;
  }
  return EachMember(list, [&](std::string_view, RawJson typed) { results->AddAll(typed); });
}

// An answer that is an object: its lists, or the one result that it is itself.
bool ReadObject(json::JsonCursor* json, std::string_view body, FrameVerdict* spans,
                Results* results) {
  std::string_view key;
  RawJson id, created, list, alone;
  while (json->NextMember(&key)) {
    const RawJson value = json->Skip();
    if (key == "id") id = json::Unquoted(value);
    if (key == "created") created = value;
    if (key == "embedding") alone = value;
    if (HoldsResults(key)) list = value;
  }
  if (spans != nullptr) {
    Locate(id, body, &spans->id_at, &spans->id_size);
    Locate(created, body, &spans->created_at, &spans->created_size);
  }
  if (alone.empty()) return AddLists(list, results);
  results->Add(body);
  return true;
}

Completeness Check(const Kind& kind, const RequestExpectations& expectations, std::string_view body,
                   FrameVerdict* spans, Usage* usage) {
  if (CheckPassed(expectations, body, spans, usage) == Completeness::kUpstreamError)
    return Completeness::kUpstreamError;
  Results results(kind, expectations.choices);
  json::JsonCursor json(body);
  if (json.EnterArray()) {
    while (json.NextElement()) results.Add(json.Skip());
  } else if (!json.EnterObject() || !ReadObject(&json, body, spans, &results)) {
    return Completeness::kMalformed;
  }
  return json.Finish() && json.utf8_ok() ? results.Judge() : Completeness::kMalformed;
}

}  // namespace

Completeness CheckRanking(const RequestExpectations& expectations, std::string_view body,
                          FrameVerdict* spans, Usage* usage) {
  return Check({IsRank, true}, expectations, body, spans, usage);
}

Completeness CheckScores(const RequestExpectations& expectations, std::string_view body,
                         FrameVerdict* spans, Usage* usage) {
  return Check({IsScore}, expectations, body, spans, usage);
}

Completeness CheckClasses(const RequestExpectations& expectations, std::string_view body,
                          FrameVerdict* spans, Usage* usage) {
  return Check({IsClass, false, IsOfOneText}, expectations, body, spans, usage);
}

Completeness CheckVectors(const RequestExpectations& expectations, std::string_view body,
                          FrameVerdict* spans, Usage* usage) {
  return Check({IsRow}, expectations, body, spans, usage);
}

Completeness CheckModerations(const RequestExpectations& expectations, std::string_view body,
                              FrameVerdict* spans, Usage* usage) {
  return Check({IsModeration}, expectations, body, spans, usage);
}

}  // namespace banto::api::native
