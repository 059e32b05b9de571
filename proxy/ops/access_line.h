// The pieces of an access line: numbers, times, and the members of a JSON object, appended to a
// string without a look at the locale.
#ifndef BANTO_PROXY_OPS_ACCESS_LINE_H_
#define BANTO_PROXY_OPS_ACCESS_LINE_H_

#include <charconv>
#include <cstdint>
#include <string>
#include <string_view>

#include "proxy/json/json_scan.h"
#include "proxy/ops/fetch_outcome.h"

namespace banto::ops {

template <typename T>
void AppendNumber(T value, std::string* out) {
  char text[24];
  const auto end = std::to_chars(text, text + sizeof text, value).ptr;
  out->append(text, static_cast<size_t>(end - text));
}

// RFC 3339 in UTC with milliseconds.
void AppendTime(int64_t unix_us, std::string* out);
// 1234567 us as "1234.567".
void AppendMs(int64_t us, std::string* out);
void AppendNano(int64_t nano, std::string* out);  // as "0.00125": billionths as units

// Writes "key":value pairs of one object; omits empty and absent values.
class JsonLine {
 public:
  explicit JsonLine(std::string* out) : out_(out) { out_->push_back('{'); }
  void Text(std::string_view key, std::string_view value) {
    if (value.empty()) return;
    Key(key);
    json::AppendJsonString(value, out_);
  }
  template <typename T>
  void Number(std::string_view key, T value) {
    Key(key);
    AppendNumber(value, out_);
  }
  void Bool(std::string_view key, bool value) {
    Key(key);
    out_->append(value ? "true" : "false");
  }
  void Ms(std::string_view key, int64_t us) {
    if (us < 0) return;
    Key(key);
    AppendMs(us, out_);
  }
  void Nano(std::string_view key, int64_t nano) {
    if (nano < 0) return;
    Key(key);
    AppendNano(nano, out_);
  }
  void Time(std::string_view key, int64_t unix_us) {
    Key(key);
    out_->push_back('"');
    AppendTime(unix_us, out_);
    out_->push_back('"');
  }
  // Words that need no escaping, between spaces, as a list.
  void Words(std::string_view key, std::string_view words) {
    if (words.empty()) return;
    Key(key);
    out_->append("[\"");
    for (const char c : words) {
      if (c == ' ') out_->append("\",\"");
      if (c != ' ') out_->push_back(c);
    }
    out_->append("\"]");
  }
  void Attempts(std::string_view key, const AttemptRecords& attempts) {
    if (attempts.empty()) return;
    Key(key);
    out_->push_back('[');
    for (const AttemptRecord& attempt : attempts) {
      if (&attempt != attempts.data()) out_->push_back(',');
      JsonLine item(out_);
      item.Text("worker", attempt.worker);
      item.Text("result", attempt.result);
      if (attempt.status != 0) item.Number("status", attempt.status);
      item.Ms("ms", attempt.us);
      item.Ms("connect_ms", attempt.connect_us);
      item.Close();
    }
    out_->push_back(']');
  }
  void Close() { out_->push_back('}'); }

 private:
  void Key(std::string_view key) {
    if (!first_) out_->push_back(',');
    first_ = false;
    out_->push_back('"');
    out_->append(key).append("\":");
  }

  std::string* out_;
  bool first_ = true;
};

}  // namespace banto::ops

#endif  // BANTO_PROXY_OPS_ACCESS_LINE_H_
