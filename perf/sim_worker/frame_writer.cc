#include "perf/sim_worker/frame_writer.h"

#include <cstdio>
#include <ctime>

#include "perf/common/answer_text.h"

namespace banto::perf {
namespace {

constexpr std::string_view kText = "@TEXT@";

std::string FormatTime(const char* format) {
  const std::time_t now = std::time(nullptr);
  std::tm utc{};
  gmtime_r(&now, &utc);
  char text[64];
  return {text, std::strftime(text, sizeof(text), format, &utc)};
}

std::string DateNow() { return FormatTime("%a, %d %b %Y %H:%M:%S GMT"); }

// `value_of` gives what stands between two @.
template <typename ValueOf>
std::string FillPlaces(std::string_view text, ValueOf value_of) {
  std::string filled;
  filled.reserve(text.size() + 256);
  for (size_t at; (at = text.find('@')) != std::string_view::npos;) {
    const size_t end = text.find('@', at + 1);
    filled += text.substr(0, at);
    filled += value_of(text.substr(at + 1, end - at - 1));
    text.remove_prefix(end + 1);
  }
  filled += text;
  return filled;
}

std::string StatusText(int status) {
  const char* reason = status == 200   ? "OK"
                       : status == 404 ? "Not Found"
                       : status == 424 ? "Failed Dependency"
                       : status == 429 ? "Too Many Requests"
                       : status == 503 ? "Service Unavailable"
                                       : "Internal Server Error";
  return std::to_string(status) + " " + reason;
}

}  // namespace

void AppendChunk(std::string_view data, std::string* out) {
  char size[24];
  const int digits = std::snprintf(size, sizeof(size), "%zx\r\n", data.size());
  out->append(size, static_cast<size_t>(digits));
  *out += data;
  *out += "\r\n";
}

void AppendReply(const Profile& profile, int status, std::string_view type, std::string_view body,
                 std::string* out) {
  *out += FillPlaces(profile.head, [&](std::string_view place) -> std::string {
    if (place == "STATUS") return StatusText(status);
    if (place == "TYPE") return std::string(type.empty() ? profile.json_type : type);
    if (place == "LENGTH") return std::to_string(body.size());
    return DateNow();
  });
  const bool closes = status >= 400 && profile.closes_after_error;
  *out += closes ? "Connection: close\r\n\r\n" : "\r\n";
  *out += body;
}

FrameWriter::FrameWriter(const Profile& profile, const Ask& ask, uint64_t number)
    : profile_(profile),
      ask_(ask),
      spelling_(SpellingOf(profile, ask.api)),
      frames_(ask.include_usage ? spelling_.frames_with_usage : spelling_.frames),
      number_(number) {
  const size_t at = frames_.token.find(kText);
  before_text_ = Fill(frames_.token.substr(0, at));
  after_text_ = Fill(frames_.token.substr(at + kText.size()));
}

std::string FrameWriter::Fill(std::string_view text) const {
  return FillPlaces(text, [this](std::string_view place) -> std::string {
    if (place == "MODEL") return ask_.model;
    if (place == "CREATED") return std::to_string(std::time(nullptr));
    if (place == "TIME") return FormatTime("%Y-%m-%dT%H:%M:%S.000000001Z");
    if (place == "DATE") return DateNow();
    if (place == "PROMPT") return std::to_string(ask_.prompt_tokens);
    if (place == "COMPLETION") return std::to_string(ask_.output_tokens);
    if (place == "TOTAL") return std::to_string(ask_.prompt_tokens + ask_.output_tokens);
    std::string value;
    if (place == "TEXT") {
      for (int64_t i = 0; i < ask_.output_tokens; ++i) perf::AppendToken(ask_.seed, i, &value);
    } else if (place == "ID") {
      char id[24];
      const uint64_t mixed = (number_ + 1) * 0x9e3779b97f4a7c15 ^ ask_.seed;
      std::snprintf(id, sizeof(id), "%016llx", static_cast<unsigned long long>(mixed));
      value = id;
    }
    return value;
  });
}

void FrameWriter::AppendHead(std::string* out) {
  const bool lines = ask_.api == Api::kOllamaChat || ask_.api == Api::kOllamaGenerate;
  *out += Fill(lines ? profile_.ndjson_head : profile_.stream_head);
}

void FrameWriter::AppendTokens(int64_t first, int64_t count, std::string* out) {
  for (int64_t i = first; i < first + count; ++i) {
    std::string frame;
    if (i == 0 && !frames_.role.empty()) {
      frame = Fill(frames_.role);
      if (!profile_.role_joins_first_token) {
        AppendChunk(frame, out);
        frame.clear();
      }
    }
    AppendToken(i, &frame);
    AppendChunk(frame, out);
  }
}

void FrameWriter::AppendToken(int64_t index, std::string* out) {
  if (index + 1 == ask_.output_tokens && !frames_.last.empty()) {
    const size_t at = frames_.last.find(kText);
    *out += Fill(frames_.last.substr(0, at));
    perf::AppendToken(ask_.seed, index, out);
    *out += Fill(frames_.last.substr(at + kText.size()));
    return;
  }
  *out += before_text_;
  perf::AppendToken(ask_.seed, index, out);
  *out += after_text_;
}

void FrameWriter::AppendEnd(bool with_terminal, std::string* out) {
  const std::string finish = Fill(frames_.finish), usage = Fill(frames_.usage);
  const std::string terminal = with_terminal ? std::string(spelling_.terminal) : std::string();
  if (profile_.end_in_one_chunk) {
    const std::string end = finish + usage + terminal;
    if (!end.empty()) AppendChunk(end, out);
  } else {
    const bool joined = profile_.usage_joins_finish;
    for (const std::string& frame :
         {joined ? finish + usage : finish, joined ? std::string() : usage, terminal}) {
      if (!frame.empty()) AppendChunk(frame, out);
    }
  }
  *out += "0\r\n\r\n";
}

void FrameWriter::AppendError(bool with_done, std::string* out) {
  const bool has_done = spelling_.error.find(spelling_.terminal) != std::string_view::npos;
  AppendChunk(Fill(spelling_.error), out);
  if (with_done && !has_done) AppendChunk(spelling_.terminal, out);
  *out += "0\r\n\r\n";
}

std::string FrameWriter::Whole() const { return Fill(spelling_.whole); }

}  // namespace banto::perf
