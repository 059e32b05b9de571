#include "proxy/api/embedding_numbers.h"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string_view>

#include "proxy/base/ascii.h"
#include "proxy/json/json_cursor.h"

namespace banto::api {
namespace {

constexpr std::string_view kDigits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

constexpr std::array<int8_t, 256> MakeValues() {
  std::array<int8_t, 256> values{};
  for (int8_t& value : values) value = -1;
  for (size_t i = 0; i < kDigits.size(); ++i)
    values[static_cast<unsigned char>(kDigits[i])] = static_cast<int8_t>(i);
  return values;
}
constexpr std::array<int8_t, 256> kValues = MakeValues();

// False: not base64.
bool Decode(JsonText base64, std::string* bytes) {
  while (base64.ends_with('=')) base64.remove_suffix(1);
  uint32_t bits = 0;
  int count = 0;
  for (const char c : base64) {
    if (c == '\\') continue;  // before a slash
    const int8_t value = kValues[static_cast<unsigned char>(c)];
    if (value < 0) return false;
    bits = bits << 6 | static_cast<uint32_t>(value);
    count += 6;
    if (count < 8) continue;
    count -= 8;
    bytes->push_back(static_cast<char>(bits >> count & 0xff));
  }
  return true;
}

void Encode(std::string_view bytes, std::string* text) {
  const size_t begin = text->size();
  text->resize(begin + (bytes.size() + 2) / 3 * 4, '=');
  char* out = text->data() + begin;
  for (size_t at = 0; at < bytes.size(); at += 3) {
    const size_t left = std::min<size_t>(bytes.size() - at, 3);
    uint32_t bits = 0;
    for (size_t i = 0; i < 3; ++i)
      bits = bits << 8 | (i < left ? static_cast<unsigned char>(bytes[at + i]) : 0u);
    for (size_t i = 0; i <= left; ++i) out[i] = kDigits[bits >> (18 - 6 * i) & 63];
    out += 4;
  }
}

float FloatAt(std::string_view bytes, size_t at) {
  uint32_t bits = 0;
  for (size_t i = 0; i < 4; ++i)
    bits |= static_cast<uint32_t>(static_cast<unsigned char>(bytes[at + i])) << (8 * i);
  return std::bit_cast<float>(bits);
}

void AppendFloat(float number, std::string* bytes) {
  const auto bits = std::bit_cast<uint32_t>(number);
  for (int i = 0; i < 4; ++i) bytes->push_back(static_cast<char>(bits >> (8 * i) & 0xff));
}

// The nearest float. False: no number, or too large for one.
bool ReadFloat(std::string_view raw, float* number) {
  const char* const end = raw.data() + raw.size();
  auto read = std::from_chars(raw.data(), end, *number);
  if (read.ec == std::errc::result_out_of_range) {
    // Too large or too small: from_chars does not tell which.
    double wide = 0;
    read = std::from_chars(raw.data(), end, wide);
    const bool is_large = read.ec != std::errc() || std::abs(wide) > 1;
    if (is_large || read.ptr != end) return false;
    *number = raw.starts_with('-') ? -0.0F : 0.0F;
    return true;
  }
  return read.ec == std::errc() && read.ptr == end;
}

}  // namespace

bool AreNumbers(RawJson row) {
  json::JsonCursor json(row);
  if (json.EnterArray()) {
    bool any = false;
    while (json.NextElement()) {
      const char first = json.Peek();
      if (first != '-' && !base::IsDigit(first)) return false;
      any = true;
      json.Skip();
    }
    return any && json.Finish();
  }
  std::string bytes;
  const std::optional<JsonText> text = TextOf(row);
  if (!text || !Decode(*text, &bytes) || bytes.empty() || bytes.size() % 4 != 0) return false;
  for (size_t at = 0; at < bytes.size(); at += 4) {
    if (!std::isfinite(FloatAt(bytes, at))) return false;
  }
  return true;
}

void AppendNumbers(JsonText base64, std::string* json) {
  std::string bytes;
  if (!Decode(base64, &bytes) || bytes.size() % 4 != 0) bytes.clear();
  WriteNumbers(bytes, json);
}

void AppendBase64(RawJson numbers, std::string* text) {
  std::string bytes;
  json::JsonCursor json(numbers);
  if (!json.EnterArray()) return;
  while (json.NextElement()) {
    const std::string_view raw = json.Skip();
    float number = 0;
    const auto read = std::from_chars(raw.data(), raw.data() + raw.size(), number);
    if (read.ec == std::errc::invalid_argument) return;
    AppendFloat(number, &bytes);
  }
  Encode(bytes, text);
}

bool ReadFloats(RawJson row, std::string* floats) {
  json::JsonCursor json(row);
  const size_t begin = floats->size();
  if (json.EnterArray()) {
    while (json.NextElement()) {
      float number = 0;
      if (!ReadFloat(json.Skip(), &number)) return false;
      AppendFloat(number, floats);
    }
    return json.Finish() && floats->size() > begin;
  }
  const std::optional<JsonText> text = TextOf(row);
  if (!text || !Decode(*text, floats)) return false;
  const size_t end = floats->size();
  if (end == begin || (end - begin) % 4 != 0) return false;
  for (size_t at = begin; at < end; at += 4) {
    if (!std::isfinite(FloatAt(*floats, at))) return false;
  }
  return true;
}

void WriteNumbers(std::string_view floats, std::string* json) {
  json->push_back('[');
  for (size_t at = 0; at < floats.size(); at += 4) {
    if (at > 0) json->push_back(',');
    const float number = FloatAt(floats, at);
    char digits[32];
    // JSON has no word for what is no number.
    const auto end =
        std::to_chars(digits, digits + sizeof digits, std::isfinite(number) ? number : 0.0F);
    json->append(digits, static_cast<size_t>(end.ptr - digits));
    // Readers take an integer's zero to have no sign.
    if (number == 0 && std::signbit(number)) json->append(".0");
  }
  json->push_back(']');
}

void WriteBase64(std::string_view floats, std::string* text) { Encode(floats, text); }

}  // namespace banto::api
