#include "proxy/api/request_values.h"

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

double NumberOr(std::string_view raw, double fallback) {
  double value = 0;
  const auto [end, error] = std::from_chars(raw.data(), raw.data() + raw.size(), value);
  return error == std::errc() && end != raw.data() ? value : fallback;
}

bool IsWarm(std::string_view temperature) {
  bool nonzero = false;
  for (const char c : temperature) {
    // Without sign and exponent its digits tell (measured: perf/README.md).
    if ((c < '0' || c > '9') && c != '.') return NumberOr(temperature, 1.0) > 0.0;
    nonzero = nonzero || c > '0';
  }
  return nonzero || temperature.empty();
}

}  // namespace

std::string_view ValueOf(const JsonScan& scan, JsonField field) {
  const JsonMember* member = scan.Find(field);
  if (member == nullptr || member->kind == JsonKind::kNull) return {};
  return member->value;
}

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

bool IsSampled(std::string_view temperature, std::string_view seed) {
  return IsWarm(temperature) && (seed.empty() || IntegerOr(seed, 0) < 0);
}

}  // namespace banto::api
