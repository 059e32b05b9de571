#include "proxy/api/embedding_rows.h"

#include <vector>

#include "proxy/api/usage_reader.h"
#include "proxy/base/ascii.h"
#include "proxy/json/json_cursor.h"

namespace banto::api {
namespace {

using json::JsonCursor;

// The width of a row in units that must be equal in all rows: numbers, or base64 characters
// (negative, so that the two never mix). 0: no vector.
int64_t WidthOf(JsonCursor* json) {
  if (json->EnterArray()) {
    int64_t width = 0;
    bool numbers = true;
    for (; json->NextElement(); ++width) {
      const char first = json->Peek();
      numbers = numbers && (first == '-' || base::IsDigit(first));  // not null
      json->Skip();
    }
    return numbers ? width : 0;
  }
  const std::string_view value = json->Skip();
  const std::string_view text = json::Unquoted(value);
  if (text.size() == value.size() || text.size() % 4 != 0) return 0;
  return -static_cast<int64_t>(text.size());
}

// Gathers rows and the doubts about them.
class Rows {
 public:
  explicit Rows(int inputs) : inputs_(inputs) {}

  void Add(int64_t index, int64_t width) {
    ++count_;
    if (width == 0 || (count_ > 1 && width != width_)) good_ = false;
    width_ = width;
    const auto at = static_cast<size_t>(index);
    if (index < 0 || index >= kRowsMax) {
      good_ = false;
      return;
    }
    if (at >= seen_.size()) seen_.resize(at + 1);
    if (seen_[at]) good_ = false;
    seen_[at] = true;
  }

  Completeness Judge() const {
    if (count_ == 0) return Completeness::kEmptyAnswer;
    // Distinct indices, none above the count: a permutation.
    const bool whole = seen_.size() == count_ && (inputs_ <= 0 || count_ == size_t(inputs_));
    return good_ && whole ? Completeness::kComplete : Completeness::kMalformed;
  }

  size_t count() const { return count_; }

 private:
  static constexpr int64_t kRowsMax = 1 << 20;

  int inputs_;
  size_t count_ = 0;
  int64_t width_ = 0;
  bool good_ = true;
  std::vector<bool> seen_;
};

// The elements of `data`: {"object":"embedding","index":0,"embedding":[…]}.
void ReadData(JsonCursor* json, Rows* rows) {
  if (!json->EnterArray()) {
    json->Skip();
    return;
  }
  while (json->NextElement()) {
    int64_t index = -1, width = 0;
    std::string_view key;
    if (!json->EnterObject()) {
      json->Skip();
      rows->Add(-1, 0);
      continue;
    }
    while (json->NextMember(&key)) {
      if (key == "embedding") {
        width = WidthOf(json);
        continue;
      }
      const std::string_view value = json->Skip();
      if (key == "index") index = json::IntegerOr(value, -1);
    }
    rows->Add(index, width);
  }
}

// `embeddings`: a list of vectors, in the order of the inputs.
void ReadVectors(JsonCursor* json, Rows* rows) {
  if (!json->EnterArray()) {
    json->Skip();
    return;
  }
  while (json->NextElement()) rows->Add(static_cast<int64_t>(rows->count()), WidthOf(json));
}

}  // namespace

Completeness CheckEmbeddings(int inputs, std::string_view body, Usage* usage) {
  Rows rows(inputs);
  JsonCursor json(body);
  std::string_view key;
  bool is_error = false;
  if (!json.EnterObject()) return Completeness::kMalformed;
  while (json.NextMember(&key)) {
    if (key == "data") {
      ReadData(&json, &rows);
    } else if (key == "embeddings") {
      ReadVectors(&json, &rows);
    } else if (key == "embedding") {
      rows.Add(0, WidthOf(&json));
    } else {
      const std::string_view value = json.Skip();
      if (key == "error") is_error = is_error || json::HasSubstance(value);
      if (key == "object" && value == "\"error\"") is_error = true;
      if (key == "usage") ReadUsage(value, usage);
      if (key == "prompt_eval_count") usage->input_tokens = json::IntegerOr(value, -1);
    }
  }
  if (is_error) return Completeness::kUpstreamError;
  return json.Finish() && json.utf8_ok() ? rows.Judge() : Completeness::kMalformed;
}

}  // namespace banto::api
