#include "perf/load/answer_check.h"

#include "perf/common/answer_text.h"
#include "perf/common/json_fields.h"

namespace banto::perf {

void AnswerCheck::Begin(uint64_t seed, int64_t tokens) {
  *this = {};
  seed_ = seed;
  wanted_ = static_cast<size_t>(tokens) * kTokenBytes;
}

int64_t AnswerCheck::tokens() const { return static_cast<int64_t>(at_ / kTokenBytes); }

int64_t AnswerCheck::ReadStream(std::string* body, bool lines) {
  constexpr std::string_view kName = "event: ", kData = "data: ";
  const std::string_view separator = lines ? "\n" : "\n\n";
  const int64_t before = tokens();
  std::string_view rest = *body;
  for (size_t end; (end = rest.find(separator)) != std::string_view::npos;) {
    std::string_view event = rest.substr(0, end);
    rest.remove_prefix(end + separator.size());
    if (!lines) {
      if (event.starts_with(kName)) event.remove_prefix(event.find('\n') + 1);
      if (!event.starts_with(kData)) continue;  // a comment
      event.remove_prefix(kData.size());
    }
    // Anything after the end is wrong.
    if (has_terminal_) wrong_ = true;
    ReadEvent(event);
  }
  body->erase(0, body->size() - rest.size());
  return tokens() - before;
}

void AnswerCheck::ReadEvent(std::string_view json) {
  if (json == "[DONE]") {
    has_terminal_ = true;
    return;
  }
  if (json.starts_with("{\"error\"")) {
    has_error_ = true;
    return;
  }
  for (JsonFields fields(json); fields.Next();) {
    const std::string_view key = fields.key();
    if (key == "done" && fields.value() == "true") has_terminal_ = true;
    if (!fields.is_string()) continue;
    if (key == "type" && fields.value() == "message_stop") has_terminal_ = true;
    if (key == "type" && fields.value() == "error") has_error_ = true;
    if (key == "content" || key == "text" || key == "response") ReadPiece(fields.value());
  }
}

void AnswerCheck::ReadPiece(std::string_view text) {
  if (at_ + text.size() > wanted_ || !IsAnswerAt(seed_, at_, text)) wrong_ = true;
  at_ += text.size();
}

void AnswerCheck::ReadWhole(std::string_view body) {
  ReadEvent(body);
  has_terminal_ = !has_error_;
}

}  // namespace banto::perf
