#include "proxy/api/request_facts.h"

#include <algorithm>
#include <charconv>

#include "proxy/http/json_cursor.h"

namespace banto::api {
namespace {

using http::IntegerOr;
using http::JsonCursor;
using http::JsonKind;
using http::JsonMember;
using http::JsonScan;

// A field's raw value, empty when it is absent or null.
std::string_view Value(const JsonScan& scan, std::string_view key) {
  const JsonMember* member = scan.Find(key);
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

// Seeds below zero mean "at random" to llama.cpp and Ollama.
bool IsSampled(std::string_view temperature, std::string_view seed) {
  const bool warm = temperature.empty() || NumberOr(temperature, 1.0) > 0.0;
  return warm && (seed.empty() || IntegerOr(seed, 0) < 0);
}

// "0", 0, "0s" …: unload at once. Negative ones keep the model for ever.
bool IsZeroDuration(std::string_view raw) {
  const std::string_view text = http::Unquoted(raw);
  if (text.empty() || text[0] < '0' || text[0] > '9') return false;
  return NumberOr(text, 1.0) == 0.0;
}

// Whether a raw string or array holds nothing; absent counts as nothing.
bool IsEmpty(std::string_view raw) {
  JsonCursor json(raw);
  if (json.EnterArray()) return !json.NextElement();
  return raw.empty() || raw == "\"\"";
}

void ReadOllama(const OperationInfo& info, const JsonScan& scan, RequestFacts* facts) {
  const std::string_view options = Value(scan, "options");
  facts->sampled = IsSampled(ValueIn(options, "temperature"), ValueIn(options, "seed"));
  facts->expectations.limit_set = IsPositive(ValueIn(options, "num_predict"));
  facts->load_or_unload = IsZeroDuration(Value(scan, "keep_alive"));
  if (info.operation == Operation::kOllamaEmbed) {
    facts->expectations.choices = CountInputs(Value(scan, "input"));
    return;
  }
  const std::string_view prompt =
      Value(scan, info.operation == Operation::kOllamaChat ? "messages" : "prompt");
  if (IsEmpty(prompt)) facts->load_or_unload = true;
}

void ReadOpenAi(const OperationInfo& info, const JsonScan& scan, RequestFacts* facts) {
  RequestExpectations& expected = facts->expectations;
  facts->sampled = IsSampled(Value(scan, "temperature"), Value(scan, "seed"));
  expected.limit_set =
      IsPositive(Value(scan, "max_tokens")) || IsPositive(Value(scan, "max_completion_tokens"));
  expected.usage_requested =
      facts->stream && ValueIn(Value(scan, "stream_options"), "include_usage") == "true";
  if (info.operation == Operation::kEmbeddings) {
    expected.choices = CountInputs(Value(scan, "input"));
    return;
  }
  // Bounded, so that the product of two fields from outside cannot overflow.
  constexpr int64_t kChoicesMax = 1 << 20;
  int64_t choices = std::clamp<int64_t>(IntegerOr(Value(scan, "n"), 1), 1, kChoicesMax);
  if (info.operation == Operation::kCompletions) {
    choices *= std::max(1, CountInputs(Value(scan, "prompt")));
  }
  expected.choices = static_cast<int>(std::min(choices, kChoicesMax));
}

// What the fields that the cache key leaves out do to the answer's form. Spellings that engines may
// understand in their own way ("stream": 1) stay apart from all others.
std::string Packaging(const JsonScan& scan, const RequestFacts& facts) {
  std::string packaging = facts.stream ? "stream" : "";
  const JsonMember* stream = scan.Find("stream");
  if (stream != nullptr && stream->kind > JsonKind::kFalse) {
    packaging.append("stream=").append(stream->value);
  }
  const JsonMember* options = scan.Find("stream_options");
  if (options != nullptr && options->kind != JsonKind::kNull) {
    const std::string_view canonical =
        scan.status() == http::JsonStatus::kOk ? scan.Canonical(*options) : options->value;
    if (canonical == R"({"include_usage":true})") {
      packaging += "+usage";
    } else if (canonical != R"({"include_usage":false})" && canonical != "{}") {
      packaging.append("+").append(canonical);
    }
  }
  const std::string_view encoding = Value(scan, "encoding_format");
  if (!encoding.empty() && encoding != "\"float\"") packaging.append(http::Unquoted(encoding));
  return packaging;
}

}  // namespace

RequestFacts ReadRequestFacts(const OperationInfo& info, const JsonScan& scan) {
  RequestFacts facts;
  facts.expectations.operation = info.operation;
  const JsonMember* model = scan.Find("model");
  // Ollama's own clients still send `name` to /api/show.
  if (model == nullptr && info.operation == Operation::kOllamaShow) model = scan.Find("name");
  if (model != nullptr && model->kind == JsonKind::kString) {
    http::DecodeJsonString(model->value, &facts.model);
  }
  const JsonMember* stream = scan.Find("stream");
  facts.stream = stream != nullptr && stream->kind == JsonKind::kTrue;
  if (stream == nullptr || stream->kind == JsonKind::kNull) facts.stream = info.streams_by_default;
  if (info.family == Family::kOllama) {
    ReadOllama(info, scan, &facts);
  } else {
    ReadOpenAi(info, scan, &facts);
  }
  facts.packaging = Packaging(scan, facts);
  return facts;
}

}  // namespace banto::api
