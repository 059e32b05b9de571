#include "proxy/ops/logged_line.h"

#include <charconv>

#include "proxy/base/ascii.h"
#include "proxy/json/json_cursor.h"
#include "proxy/json/json_scan.h"
#include "proxy/ops/log_time.h"

namespace banto::ops {
namespace {

// Far beyond any exchange, and small enough that sums of a log's lines stay exact.
constexpr double kTokensMax = 1e9, kAmountMax = 1e9;
// Of a name; a client may send a longer one.
constexpr size_t kNameBytesMax = 256;

void TakeText(std::string_view raw, std::string* text) {
  if (!raw.starts_with('"')) return;
  if (raw.find('\\') == std::string_view::npos || !json::DecodeJsonString(raw, text)) {
    text->assign(json::Unquoted(raw));
  }
  if (text->size() > kNameBytesMax) text->resize(kNameBytesMax);
}

// A number from 0 to `max`; JSON has no infinity, but 1e999 reads like one.
std::optional<double> ReadNumber(std::string_view raw, double max) {
  double value = 0;
  const char* const past = raw.data() + raw.size();
  const auto [end, error] = std::from_chars(raw.data(), past, value);
  const bool good = error == std::errc() && end == past && value >= 0 && value <= max;
  return good ? std::optional(value) : std::nullopt;
}

void TakeTokens(std::string_view raw, LoggedLine* line, std::optional<uint64_t>* tokens) {
  const std::optional<double> value = ReadNumber(raw, kTokensMax);
  if (value) *tokens = static_cast<uint64_t>(*value);
  if (!value) ++line->values_refused;
}

void TakeAmount(std::string_view raw, LoggedLine* line, std::optional<double>* amount) {
  *amount = ReadNumber(raw, kAmountMax);
  if (!*amount) ++line->values_refused;
}

void Clear(LoggedLine* line) {
  line->model.clear();
  line->worker.clear();
  line->key.clear();
  line->cache.clear();
  line->attempted = false;
  line->values_refused = 0;
  line->input_tokens = line->cached_tokens = line->output_tokens = std::nullopt;
  line->cost = line->avoided = std::nullopt;
}

// What makes an object an access line: events have no status.
struct Marks {
  std::optional<int64_t> at_ms;
  bool status = false;
};

void TakeMember(std::string_view key, std::string_view raw, Marks* marks, LoggedLine* line) {
  if (key == "ts") marks->at_ms = ReadTimeMs(json::Unquoted(raw));
  if (key == "status") marks->status = true;
  if (key == "model") TakeText(raw, &line->model);
  if (key == "worker") TakeText(raw, &line->worker);
  if (key == "key") TakeText(raw, &line->key);
  if (key == "cache") TakeText(raw, &line->cache);
  if (key == "attempts") line->attempted = true;
  if (key == "input_tokens") TakeTokens(raw, line, &line->input_tokens);
  if (key == "cached_tokens") TakeTokens(raw, line, &line->cached_tokens);
  if (key == "output_tokens") TakeTokens(raw, line, &line->output_tokens);
  if (key == "cost") TakeAmount(raw, line, &line->cost);
  if (key == "avoided") TakeAmount(raw, line, &line->avoided);
}

// "2026-01-02T03:04:05.678Z 200 POST …"
bool IsTextLine(std::string_view text) {
  constexpr size_t kTime = 24, kStatus = 3;
  if (text.size() < kTime + 1 + kStatus + 1 || text[kTime] != ' ') return false;
  if (text[kTime + 1 + kStatus] != ' ' || !ReadTimeMs(text.substr(0, kTime))) return false;
  for (const char c : text.substr(kTime + 1, kStatus)) {
    if (!base::IsDigit(c)) return false;
  }
  return true;
}

}  // namespace

LineKind ReadLoggedLine(std::string_view text, LoggedLine* line) {
  json::JsonCursor json(text);
  if (!json.EnterObject()) return IsTextLine(text) ? LineKind::kTextAccess : LineKind::kOther;
  Clear(line);
  Marks marks;
  std::string_view key;
  while (json.NextMember(&key)) TakeMember(key, json.Skip(), &marks, line);
  if (!json.Finish() || !marks.at_ms || !marks.status || line->cache.empty()) {
    return LineKind::kOther;
  }
  line->at_ms = *marks.at_ms;
  return LineKind::kAccess;
}

}  // namespace banto::ops
