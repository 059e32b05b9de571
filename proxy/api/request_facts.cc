#include "proxy/api/request_facts.h"

#include <algorithm>
#include <charconv>

#include "proxy/json/json_cursor.h"

namespace banto::api {
namespace {

using json::IntegerOr;
using json::JsonCursor;
using json::JsonField;
using json::JsonKind;
using json::JsonMember;
using json::JsonScan;

// A field's raw value, empty when it is absent or null.
std::string_view Value(const JsonScan& scan, JsonField field) {
  const JsonMember* member = scan.Find(field);
  if (member == nullptr || member->kind == JsonKind::kNull) return {};
  return member->value;
}

// The same inside a raw object (`options`, `stream_options`).
std::string_view ValueIn(std::string_view object, std::string_view wanted) {
  JsonCursor json(object);
  if (!json.EnterObject()) return {};
  std::string_view key, found;
  while (json.NextMember(&key)) {
    const std::string_view value = json.Skip();
    if (key == wanted) found = value == "null" ? std::string_view() : value;
  }
  return found;
}

double NumberOr(std::string_view raw, double fallback) {
  double value = 0;
  const auto [end, error] = std::from_chars(raw.data(), raw.data() + raw.size(), value);
  return error == std::errc() && end != raw.data() ? value : fallback;
}

// How many prompts or inputs a raw value holds: a string is one, and so is a list of token ids.
int CountInputs(std::string_view raw) {
  JsonCursor json(raw);
  if (!json.EnterArray()) return 1;
  int count = 0;
  while (json.NextElement()) {
    const char first = json.Peek();
    if (first != '"' && first != '[' && first != '{') return 1;
    json.Skip();
    ++count;
  }
  return count;
}

bool IsPositive(std::string_view raw) { return IntegerOr(raw, 0) > 0; }

bool IsWarm(std::string_view temperature) {
  bool nonzero = false;
  for (const char c : temperature) {
    // Without sign and exponent its digits tell, at a tenth of the cost.
    if ((c < '0' || c > '9') && c != '.') return NumberOr(temperature, 1.0) > 0.0;
    nonzero = nonzero || c > '0';
  }
  return nonzero || temperature.empty();
}

// Seeds below zero mean "at random" to llama.cpp and Ollama.
bool IsSampled(std::string_view temperature, std::string_view seed) {
  return IsWarm(temperature) && (seed.empty() || IntegerOr(seed, 0) < 0);
}

// "0", 0, "0s" …: unload at once. Negative ones keep the model for ever.
bool IsZeroDuration(std::string_view raw) {
  const std::string_view text = json::Unquoted(raw);
  if (text.empty() || text[0] < '0' || text[0] > '9') return false;
  return NumberOr(text, 1.0) == 0.0;
}

// Whether a raw string or array holds nothing; absent counts as nothing.
bool IsEmpty(std::string_view raw) {
  JsonCursor json(raw);
  if (json.EnterArray()) return !json.NextElement();
  return raw.empty() || raw == "\"\"";
}

constexpr std::string_view kUsageAsked = R"({"include_usage":true})";

bool AsksForUsage(std::string_view stream_options) {
  return stream_options == kUsageAsked || ValueIn(stream_options, "include_usage") == "true";
}

void ReadOllama(const OperationInfo& info, const JsonScan& scan, RequestFacts* facts) {
  const std::string_view options = Value(scan, JsonField::kOptions);
  facts->sampled = IsSampled(ValueIn(options, "temperature"), ValueIn(options, "seed"));
  facts->expectations.limit_set = IsPositive(ValueIn(options, "num_predict"));
  facts->load_or_unload = IsZeroDuration(Value(scan, JsonField::kKeepAlive));
  if (info.operation == Operation::kOllamaEmbed) {
    facts->expectations.choices = CountInputs(Value(scan, JsonField::kInput));
    return;
  }
  const std::string_view prompt = Value(
      scan, info.operation == Operation::kOllamaChat ? JsonField::kMessages : JsonField::kPrompt);
  if (IsEmpty(prompt)) facts->load_or_unload = true;
}

void ReadOpenAi(const OperationInfo& info, const JsonScan& scan, RequestFacts* facts) {
  RequestExpectations& expected = facts->expectations;
  facts->sampled = IsSampled(Value(scan, JsonField::kTemperature), Value(scan, JsonField::kSeed));
  expected.limit_set = IsPositive(Value(scan, JsonField::kMaxTokens)) ||
                       IsPositive(Value(scan, JsonField::kMaxCompletionTokens));
  expected.usage_requested = facts->stream && AsksForUsage(Value(scan, JsonField::kStreamOptions));
  if (info.operation == Operation::kEmbeddings) {
    expected.choices = CountInputs(Value(scan, JsonField::kInput));
    return;
  }
  // Bounded, so that the product of two fields from outside cannot overflow.
  constexpr int64_t kChoicesMax = 1 << 20;
  int64_t choices = std::clamp<int64_t>(IntegerOr(Value(scan, JsonField::kN), 1), 1, kChoicesMax);
  if (info.operation == Operation::kCompletions) {
    choices *= std::max(1, CountInputs(Value(scan, JsonField::kPrompt)));
  }
  expected.choices = static_cast<int>(std::min(choices, kChoicesMax));
}

}  // namespace

void RequestFacts::ReadModel(const JsonMember* member) {
  if (member == nullptr) return;
  model_is_no_name = member->kind != JsonKind::kString || member->value.size() == 2;
  if (model_is_no_name) return;
  model = json::Unquoted(member->value);
  if (model.find('\\') == std::string_view::npos) return;
  json::DecodeJsonString(member->value, &decoded_model_);
  model = decoded_model_;
}

// What the fields that the cache key leaves out do to the answer's form. Spellings that engines may
// understand in their own way ("stream": 1) stay apart from all others.
void RequestFacts::ReadPackaging(const JsonScan& scan) {
  packaging = stream ? "stream" : "";
  const JsonMember* asked = scan.Find(JsonField::kStream);
  const bool odd_stream = asked != nullptr && asked->kind > JsonKind::kFalse;
  const JsonMember* options = scan.Find(JsonField::kStreamOptions);
  std::string_view wish;
  if (options != nullptr && options->kind != JsonKind::kNull) wish = scan.Canonical(*options);
  if (wish == R"({"include_usage":false})" || wish == "{}") wish = {};
  std::string_view encoding = Value(scan, JsonField::kEncodingFormat);
  if (encoding == "\"float\"") encoding = {};
  if (!odd_stream && wish.empty() && encoding.empty()) return;
  odd_packaging_ = packaging;
  if (odd_stream) odd_packaging_.append("stream=").append(asked->value);
  if (!wish.empty()) odd_packaging_.append("+").append(wish == kUsageAsked ? "usage" : wish);
  odd_packaging_.append(json::Unquoted(encoding));
  packaging = odd_packaging_;
}

RequestFacts::RequestFacts(const OperationInfo& info, const JsonScan& scan) {
  expectations.operation = info.operation;
  const JsonMember* named = scan.Find(JsonField::kModel);
  // Ollama's own clients still send `name` to /api/show.
  if (named == nullptr && info.operation == Operation::kOllamaShow) {
    named = scan.Find(JsonField::kName);
  }
  ReadModel(named);
  const JsonMember* asked = scan.Find(JsonField::kStream);
  stream = asked != nullptr && asked->kind == JsonKind::kTrue;
  if (asked == nullptr || asked->kind == JsonKind::kNull) stream = info.streams_by_default;
  if (info.family == Family::kOllama) {
    ReadOllama(info, scan, this);
  } else {
    ReadOpenAi(info, scan, this);
  }
  if (scan.canonical()) ReadPackaging(scan);
}

}  // namespace banto::api
