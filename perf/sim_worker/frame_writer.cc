#include "perf/sim_worker/frame_writer.h"

#include <charconv>
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

// Updated once a second.
const std::string& DateNow() {
  static std::time_t made_at = 0;
  static std::string date;
  if (const std::time_t now = std::time(nullptr); now != made_at) {
    made_at = now;
    date = FormatTime("%a, %d %b %Y %H:%M:%S GMT");
  }
  return date;
}

void AppendNumber(uint64_t number, std::string* out) {
  char digits[24];
  out->append(digits, std::to_chars(digits, digits + sizeof(digits), number).ptr);
}

// `append(place, out)` appends the text for the name between two @.
template <typename AppendPlace>
void FillPlaces(std::string_view text, std::string* out, AppendPlace append) {
  for (size_t at; (at = text.find('@')) != std::string_view::npos;) {
    const size_t end = text.find('@', at + 1);
    *out += text.substr(0, at);
    append(text.substr(at + 1, end - at - 1), out);
    text.remove_prefix(end + 1);
  }
  *out += text;
}

std::string StatusText(int status) {
  const char* reason = status == 200   ? "OK"
                       : status == 400 ? "Bad Request"
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
  FillPlaces(profile.head, out, [&](std::string_view place, std::string* filled) {
    if (place == "STATUS") {
      *filled += StatusText(status);
    } else if (place == "TYPE") {
      *filled += type.empty() ? profile.json_type : type;
    } else if (place == "LENGTH") {
      AppendNumber(body.size(), filled);
    } else {
      *filled += DateNow();
    }
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
      prompt_tokens_(static_cast<uint64_t>(ask.prompt.tokens)),
      number_(number) {}

void FrameWriter::FillPlace(std::string_view place, std::string* out) const {
  const uint64_t prompt = prompt_tokens_;
  const auto completion = static_cast<uint64_t>(ask_.output_tokens);
  if (place == "MODEL") {
    *out += ask_.model;
  } else if (place == "CREATED") {
    AppendNumber(static_cast<uint64_t>(std::time(nullptr)), out);
  } else if (place == "TIME") {
    *out += FormatTime("%Y-%m-%dT%H:%M:%S.000000001Z");
  } else if (place == "DATE") {
    *out += DateNow();
  } else if (place == "PROMPT") {
    AppendNumber(prompt, out);
  } else if (place == "COMPLETION") {
    AppendNumber(completion, out);
  } else if (place == "TOTAL") {
    AppendNumber(prompt + completion, out);
  } else if (place == "DETAILS") {
    if (cached_tokens_) *out += ",\"prompt_tokens_details\":";
    if (cached_tokens_) FillPlace("DETAIL", out);
  } else if (place == "DETAIL") {
    *out += cached_tokens_ ? "{\"cached_tokens\":" + std::to_string(*cached_tokens_) + "}" : "null";
  } else if (place == "TEXT") {
    perf::AppendTokens(ask_.seed, 0, ask_.output_tokens, out);
  } else if (place == "ID") {
    constexpr char kDigits[] = "0123456789abcdef";
    const uint64_t id = (number_ + 1) * 0x9e3779b97f4a7c15 ^ ask_.seed;
    for (int shift = 60; shift >= 0; shift -= 4) *out += kDigits[(id >> shift) & 15];
  }
}

std::string FrameWriter::Fill(std::string_view text) const {
  std::string filled;
  filled.reserve(text.size() + 256);
  FillPlaces(text, &filled,
             [this](std::string_view place, std::string* out) { FillPlace(place, out); });
  return filled;
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
    perf::AppendTokens(ask_.seed, index, 1, out);
    *out += Fill(frames_.last.substr(at + kText.size()));
    return;
  }
  if (before_text_.empty()) {
    const size_t at = frames_.token.find(kText);
    before_text_ = Fill(frames_.token.substr(0, at));
    after_text_ = Fill(frames_.token.substr(at + kText.size()));
  }
  *out += before_text_;
  perf::AppendTokens(ask_.seed, index, 1, out);
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
