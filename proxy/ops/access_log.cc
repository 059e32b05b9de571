#include "proxy/ops/access_log.h"

#include <algorithm>

#include "proxy/ops/access_line.h"

namespace banto::ops {
namespace {

// Enough for any real request; a client may send as much as header_bytes_max.
constexpr size_t kMethodBytesMax = 32, kPathBytesMax = 1024;

std::string_view Method(const ExchangeRecord& record) {
  return std::string_view(record.method).substr(0, kMethodBytesMax);
}

// The query may contain a prompt, which must not leak even if a caller forgot to cut it off.
std::string_view PathOnly(std::string_view path) {
  return path.substr(0, std::min(path.find('?'), kPathBytesMax));
}

void AppendPick(const PickRecord& pick, JsonLine* line) {
  line->Text("pick", pick.words);
  line->Text("session", pick.session);
  line->Words("prefix", pick.prefix);
}

void AppendModel(const ExchangeRecord& record, JsonLine* line) {
  line->Text("model", record.model);
  if (record.alias != record.model) line->Text("alias", record.alias);
  line->Text("fallback", record.fallback);
  line->Text("mirror", record.mirror);
}

void AppendTokens(const ExchangeRecord& record, JsonLine* line) {
  const FetchOutcome& fetch = record.fetch;
  if (fetch.input_tokens >= 0) line->Number("input_tokens", fetch.input_tokens);
  if (fetch.cached_tokens >= 0) line->Number("cached_tokens", fetch.cached_tokens);
  if (fetch.output_tokens >= 0) line->Number("output_tokens", fetch.output_tokens);
  line->Nano("cost", record.cost_nano);
  line->Nano("avoided", record.avoided_nano);
}

void AppendJson(const ExchangeRecord& record, std::string* out) {
  JsonLine line(out);
  line.Time("ts", record.started_unix_us);
  line.Text("request_id", record.request_id);
  line.Text("client", record.client);
  line.Text("method", Method(record));
  line.Text("path", PathOnly(record.path));
  line.Text("key", record.key);
  line.Text("endpoint", record.endpoint);
  AppendModel(record, &line);
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
  AppendTokens(record, &line);
  if (record.fetch.frames > 0) line.Number("frames", record.fetch.frames);
  line.Text("worker", record.fetch.worker);
  line.Text("worker_reason", record.fetch.worker_reason);
  if (record.fetch.pick) AppendPick(*record.fetch.pick, &line);
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
  void Nano(std::string_view name, int64_t nano) {
    if (nano < 0) return;
    out_->append(name);
    AppendNano(nano, out_);
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
  line.Word(" key=", record.key);
  line.Word(" model=", record.model);
  if (record.alias != record.model) line.Word(" alias=", record.alias);
  line.Word(" fallback=", record.fallback);
  line.Word(" mirror=", record.mirror);
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
  line.Nano(" cost=", record.cost_nano);
  line.Nano(" avoided=", record.avoided_nano);
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
