#include "proxy/api/native/requests.h"

#include <algorithm>

#include "proxy/api/request_values.h"
#include "proxy/json/json_cursor.h"

namespace banto::api::native {
namespace {

using json::IntegerOr;
using json::JsonField;
using json::JsonMember;
using json::JsonScan;

// The first of these members that is there.
std::string_view FirstOf(const JsonScan& scan, std::initializer_list<std::string_view> names) {
  for (const std::string_view name : names) {
    const JsonMember* const member = scan.Find(name);
    if (member != nullptr && member->kind != json::JsonKind::kNull) return member->value;
  }
  return {};
}

// How many there are; 0: that is not known.
int CountOf(std::string_view raw) {
  const bool countable = raw.starts_with('"') || raw.starts_with('[');
  return countable ? CountInputs(raw) : 0;
}

bool HoldsObjects(std::string_view list) {
  json::JsonCursor json(list);
  return json.EnterArray() && json.NextElement() && json.Peek() == '{';
}

// As many as a client could mean; the bound is against sums that overflow.
int Product(int prompts, std::string_view each) {
  constexpr int64_t kMax = 1 << 20;
  const int64_t count = std::clamp<int64_t>(IntegerOr(each, 1), 1, kMax);
  return static_cast<int>(std::min(kMax, count * std::max(prompts, 1)));
}

}  // namespace

void ReadTexts(const OperationInfo&, const JsonScan& scan, RequestFacts* facts) {
  facts->sampled = false;
  std::string_view texts =
      FirstOf(scan, {"input", "inputs", "texts", "content", "text", "prompt", "input_ids"});
  // /similarity
  if (texts.starts_with('{')) texts = ValueIn(texts, "sentences");
  // Several parts of one text and its pictures may be one input (moderations).
  facts->expectations.choices = HoldsObjects(texts) ? 0 : CountOf(texts);
}

void ReadRanking(const OperationInfo&, const JsonScan& scan, RequestFacts* facts) {
  facts->sampled = false;
  int count = CountOf(FirstOf(scan, {"documents", "texts"}));
  const int64_t best = IntegerOr(FirstOf(scan, {"top_n"}), 0);
  if (best > 0 && best < count) count = static_cast<int>(best);
  facts->expectations.choices = count;
}

void ReadPairs(const OperationInfo&, const JsonScan& scan, RequestFacts* facts) {
  facts->sampled = false;
  const int first = CountOf(FirstOf(scan, {"text_1", "queries", "data_1", "query"}));
  const int second = CountOf(FirstOf(scan, {"text_2", "documents", "data_2", "items"}));
  facts->expectations.choices = first == 0 || second == 0 ? 0 : std::max(first, second);
}

void ReadLlamaPrompt(const OperationInfo&, const JsonScan& scan, RequestFacts* facts) {
  facts->sampled =
      IsSampled(ValueOf(scan, JsonField::kTemperature), ValueOf(scan, JsonField::kSeed));
  // A limit of time cuts where the machine's load says.
  facts->expectations.limit_set = IsPositive(FirstOf(scan, {"n_predict", "max_tokens"})) &&
                                  !IsPositive(FirstOf(scan, {"t_max_predict_ms"}));
  facts->expectations.choices =
      Product(CountOf(FirstOf(scan, {"prompt"})), FirstOf(scan, {"n_cmpl", "n"}));
}

void ReadPrompt(const OperationInfo&, const JsonScan& scan, RequestFacts* facts) {
  const std::string_view parameters = FirstOf(scan, {"parameters", "sampling_params"});
  std::string_view seed = ValueIn(parameters, "seed");
  if (seed.empty()) seed = ValueIn(parameters, "sampling_seed");
  facts->sampled = IsSampled(ValueIn(parameters, "temperature"), seed);
  facts->expectations.limit_set = IsPositive(ValueIn(parameters, "max_new_tokens"));
  facts->expectations.choices =
      Product(CountOf(FirstOf(scan, {"inputs", "text", "input_ids"})), ValueIn(parameters, "n"));
}

}  // namespace banto::api::native
