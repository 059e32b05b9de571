#include "proxy/ops/access_log.h"

#include <algorithm>
#include <charconv>
#include <chrono>

#include "proxy/json/json_scan.h"

namespace banto::ops {
namespace {

template <typename T>
void AppendNumber(T value, std::string* out) {
  char text[24];
  const auto end = std::to_chars(text, text + sizeof text, value).ptr;
  out->append(text, static_cast<size_t>(end - text));
}

void AppendPadded(int64_t value, int width, std::string* out) {
  char text[24];
  const auto end = std::to_chars(text, text + sizeof text, value).ptr;
  for (auto size = end - text; size < width; ++size) out->push_back('0');
  out->append(text, static_cast<size_t>(end - text));
}

// RFC 3339 in UTC with milliseconds. Not with gmtime_r, which locks for the time zone.
void AppendTime(int64_t unix_us, std::string* out) {
  const auto at =
      std::chrono::sys_time<std::chrono::microseconds>(std::chrono::microseconds(unix_us));
  const auto day = std::chrono::floor<std::chrono::days>(at);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(std::chrono::floor<std::chrono::milliseconds>(at - day));
  AppendPadded(static_cast<int>(date.year()), 4, out);
  out->push_back('-');
  AppendPadded(static_cast<unsigned>(date.month()), 2, out);
  out->push_back('-');
  AppendPadded(static_cast<unsigned>(date.day()), 2, out);
  out->push_back('T');
  AppendPadded(time.hours().count(), 2, out);
  out->push_back(':');
  AppendPadded(time.minutes().count(), 2, out);
  out->push_back(':');
  AppendPadded(time.seconds().count(), 2, out);
  out->push_back('.');
  AppendPadded(time.subseconds().count(), 3, out);
  out->push_back('Z');
}

// 1234567 us as "1234.567".
void AppendMs(int64_t us, std::string* out) {
  AppendNumber(us / 1000, out);
  out->push_back('.');
  AppendPadded(us % 1000, 3, out);
}

// Enough for any real request; a client may send as much as header_bytes_max.
constexpr size_t kMethodBytesMax = 32, kPathBytesMax = 1024;

std::string_view Method(const ExchangeRecord& record) {
  return std::string_view(record.method).substr(0, kMethodBytesMax);
}

// The query may contain a prompt, which must not leak even if a caller forgot to cut it off.
std::string_view PathOnly(std::string_view path) {
  return path.substr(0, std::min(path.find('?'), kPathBytesMax));
}

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

void AppendJson(const ExchangeRecord& record, std::string* out) {
  JsonLine line(out);
  line.Time("ts", record.started_unix_us);
  line.Text("request_id", record.request_id);
  line.Text("client", record.client);
  line.Text("method", Method(record));
  line.Text("path", PathOnly(record.path));
  line.Text("endpoint", record.endpoint);
  line.Text("model", record.model);
  line.Bool("stream", record.stream);
  line.Number("status", record.status);
  line.Number("bytes_in", record.bytes_in);
  line.Number("bytes_out", record.bytes_out);
  line.Ms("duration_ms", record.duration_us);
  line.Ms("lookup_ms", record.lookup_us);
  line.Ms("queue_ms", record.fetch.queue_us);
  line.Ms("first_byte_ms", record.first_byte_us);
  line.Ms("first_token_ms", record.first_token_us);
  line.Ms("overhead_ms", record.overhead_us);
  if (record.fetch.input_tokens >= 0) line.Number("input_tokens", record.fetch.input_tokens);
  if (record.fetch.output_tokens >= 0) line.Number("output_tokens", record.fetch.output_tokens);
  if (record.fetch.frames > 0) line.Number("frames", record.fetch.frames);
  line.Text("worker", record.fetch.worker);
  line.Text("worker_reason", record.fetch.worker_reason);
  line.Text("pick", record.fetch.pick);
  line.Text("session", record.fetch.session);
  line.Words("prefix", record.fetch.prefix);
  line.Text("translated", record.fetch.translated());
  line.Text("dropped", record.fetch.dropped());
  line.Attempts("attempts", record.fetch.attempts);
  line.Text("cache", CacheOutcomeName(record.cache));
  line.Text("cache_reason", record.cache_reason);
  line.Text("separated_by", record.separated_by);
  line.Text("cache_key", record.cache_key);
  line.Text("store", record.fetch.store);
  line.Ms("saved_worker_ms", record.saved_worker_us);
  line.Text("error", record.error);
  if (record.left != LeftPhase::kNo) line.Text("left", LeftPhaseName(record.left));
  line.Close();
}

// A word of a text line; bytes that would end the word or the line are escaped.
void AppendWord(std::string_view word, std::string* out) {
  static constexpr char kHex[] = "0123456789abcdef";
  if (word.empty()) out->push_back('-');
  for (char c : word) {
    const unsigned char byte = static_cast<unsigned char>(c);
    if (byte > 0x20 && byte != 0x7F && c != '\\') {
      out->push_back(c);
    } else {
      out->append("\\x");
      out->push_back(kHex[byte >> 4]);
      out->push_back(kHex[byte & 15]);
    }
  }
}

// Writes " name=value" words of one text line; omits empty and absent values.
class TextLine {
 public:
  explicit TextLine(std::string* out) : out_(out) {}
  void Word(std::string_view name, std::string_view value) {
    if (value.empty()) return;
    out_->append(name);
    AppendWord(value, out_);
  }
  void Ms(std::string_view name, int64_t us) {
    if (us < 0) return;
    out_->append(name);
    AppendMs(us, out_);
    out_->append("ms");
  }
  template <typename T>
  void Number(std::string_view name, T value) {
    out_->append(name);
    AppendNumber(value, out_);
  }

 private:
  std::string* out_;
};

// 2026-01-02T03:04:05.678Z 200 POST /v1/embeddings model=m cache=miss/expired worker=gpu1/only …
void AppendText(const ExchangeRecord& record, std::string* out) {
  TextLine line(out);
  AppendTime(record.started_unix_us, out);
  line.Number(" ", record.status);
  out->push_back(' ');
  AppendWord(Method(record), out);
  out->push_back(' ');
  AppendWord(PathOnly(record.path), out);
  line.Word(" client=", record.client);
  line.Word(" model=", record.model);
  line.Word(" cache=", CacheOutcomeName(record.cache));
  line.Word("/", record.cache_reason);
  line.Word(" separated_by=", record.separated_by);
  line.Word(" worker=", record.fetch.worker);
  line.Word("/", record.fetch.worker_reason);
  line.Word(" translated=", record.fetch.translated());
  line.Word(" dropped=", record.fetch.dropped());
  for (const AttemptRecord& attempt : record.fetch.attempts) {
    if (record.fetch.attempts.size() < 2) break;
    line.Word(" tried=", attempt.worker);
    line.Word(":", attempt.result);
  }
  line.Ms(" duration=", record.duration_us);
  line.Ms(" queue=", record.fetch.queue_us);
  line.Ms(" first_token=", record.first_token_us);
  line.Number(" out=", record.bytes_out);
  if (record.fetch.output_tokens >= 0) line.Number(" tokens=", record.fetch.output_tokens);
  line.Word(" error=", record.error);
  if (record.left != LeftPhase::kNo) line.Word(" left=", LeftPhaseName(record.left));
  line.Word(" id=", record.request_id);
}

}  // namespace

void AppendAccessLine(const ExchangeRecord& record, conf::Log::Format format, std::string* out) {
  if (format == conf::Log::Format::kJson) {
    AppendJson(record, out);
  } else {
    AppendText(record, out);
  }
}

}  // namespace banto::ops
