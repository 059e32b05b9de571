#include "perf/common/http_reader.h"

#include <strings.h>

#include <algorithm>
#include <charconv>
#include <utility>

namespace banto::perf {
namespace {

constexpr size_t kHeadBytesMax = 64 << 10;

bool ParseNumber(std::string_view text, int base, uint64_t* value) {
  return std::from_chars(text.data(), text.data() + text.size(), *value, base).ec == std::errc();
}

bool SameWord(std::string_view a, std::string_view b) {
  return a.size() == b.size() && strncasecmp(a.data(), b.data(), a.size()) == 0;
}

// Takes the next line of a head, without its end. False if there is none.
bool TakeHeadLine(std::string_view* rest, std::string_view* line) {
  const size_t end = rest->find("\r\n");
  if (end == std::string_view::npos) return false;
  *line = rest->substr(0, end);
  rest->remove_prefix(end + 2);
  return true;
}

bool IsField(std::string_view line, std::string_view lower_case_name) {
  const size_t size = lower_case_name.size();
  return line.size() > size && line[size] == ':' && SameWord(line.substr(0, size), lower_case_name);
}

std::string_view ValueOf(std::string_view line) {
  const size_t start = line.find_first_not_of(" \t", line.find(':') + 1);
  return start == std::string_view::npos ? std::string_view() : line.substr(start);
}

}  // namespace

void HttpReader::Reset() {
  state_ = State::kHead;
  status_ = 0;
  head_.clear();
  line_.clear();
}

size_t HttpReader::Feed(std::string_view bytes, std::string* body) {
  size_t used = 0;
  while (used < bytes.size() && (state_ == State::kHead || state_ == State::kBody)) {
    const std::string_view rest = bytes.substr(used);
    if (state_ == State::kHead) {
      used += FeedHead(rest);
    } else if (framing_ == Framing::kChunked) {
      used += FeedChunked(rest, body);
    } else {
      const size_t take = framing_ == Framing::kUntilClose
                              ? rest.size()
                              : static_cast<size_t>(std::min<uint64_t>(left_, rest.size()));
      body->append(rest.substr(0, take));
      used += take;
      left_ -= framing_ == Framing::kUntilClose ? 0 : take;
      if (framing_ == Framing::kLength && left_ == 0) state_ = State::kDone;
    }
  }
  return used;
}

size_t HttpReader::FeedHead(std::string_view bytes) {
  const size_t before = head_.size();
  const size_t from = before < 3 ? 0 : before - 3;  // the end may straddle two reads
  head_ += bytes.substr(0, kHeadBytesMax);
  const size_t end = head_.find("\r\n\r\n", from);
  if (end == std::string::npos) {
    if (head_.size() > kHeadBytesMax) state_ = State::kBroken;
    return head_.size() - before;
  }
  head_.resize(end + 4);
  const size_t used = head_.size() - before;
  OnHead();
  return used;
}

void HttpReader::OnHead() {
  const std::string_view first = start_line();
  status_ = kind_ == Kind::kResponse ? StatusOf(first) : 0;
  keeps_connection_ = first.find("HTTP/1.0") == std::string_view::npos;
  if (kind_ == Kind::kResponse && status_ < 100) {
    state_ = State::kBroken;
    return;
  }
  if (kind_ == Kind::kResponse && status_ < 200) return Reset();
  state_ = State::kBody;
  framing_ = Framing::kLength;
  has_length_ = false;
  left_ = 0;
  if (!ReadFields()) state_ = State::kBroken;
  const bool no_body = kind_ == Kind::kRequest || status_ == 204 || status_ == 304;
  if (framing_ == Framing::kChunked) {
    chunk_ = Chunk::kSize;
  } else if (!has_length_ && !no_body) {
    framing_ = Framing::kUntilClose;
  } else if (left_ == 0 && state_ == State::kBody) {
    state_ = State::kDone;
  }
}

// In one pass: load and engine share a core, and their time delays the proxy.
bool HttpReader::ReadFields() {
  std::string_view rest = head_, line;
  while (TakeHeadLine(&rest, &line)) {
    if (!ReadField(line)) return false;
  }
  return true;
}

bool HttpReader::ReadField(std::string_view line) {
  if (IsField(line, "connection")) {
    if (SameWord(ValueOf(line), "close")) keeps_connection_ = false;
  } else if (IsField(line, "transfer-encoding")) {
    if (ValueOf(line).find("chunked") != std::string_view::npos) framing_ = Framing::kChunked;
  } else if (IsField(line, "content-length")) {
    const bool again = std::exchange(has_length_, true);
    return !again && ParseNumber(ValueOf(line), 10, &left_);
  }
  return true;
}

size_t HttpReader::TakeLine(std::string_view bytes, bool* whole) {
  const size_t end = bytes.find('\n');
  *whole = end != std::string_view::npos;
  const size_t used = *whole ? end + 1 : bytes.size();
  line_ += bytes.substr(0, used);
  return used;
}

size_t HttpReader::FeedChunked(std::string_view bytes, std::string* body) {
  if (chunk_ == Chunk::kData) {
    const auto take = static_cast<size_t>(std::min<uint64_t>(left_, bytes.size()));
    body->append(bytes.substr(0, take));
    left_ -= take;
    if (left_ == 0) chunk_ = Chunk::kDataEnd;
    return take;
  }
  bool whole = false;
  const size_t used = TakeLine(bytes, &whole);
  if (!whole) return used;
  if (chunk_ == Chunk::kSize) {
    if (!ParseNumber(line_, 16, &left_)) state_ = State::kBroken;
    chunk_ = left_ == 0 ? Chunk::kTrailer : Chunk::kData;
  } else if (chunk_ == Chunk::kDataEnd) {
    chunk_ = Chunk::kSize;
  } else if (line_ == "\r\n") {
    state_ = State::kDone;
  }
  line_.clear();
  return used;
}

bool HttpReader::FinishAtClose() {
  if (state_ != State::kBody || framing_ != Framing::kUntilClose) return false;
  state_ = State::kDone;
  return true;
}

std::string_view HttpReader::start_line() const {
  return std::string_view(head_).substr(0, head_.find("\r\n"));
}

std::string_view HttpReader::Header(std::string_view lower_case_name) const {
  std::string_view rest = head_, line;
  while (TakeHeadLine(&rest, &line)) {
    if (IsField(line, lower_case_name)) return ValueOf(line);
  }
  return {};
}

int HttpReader::StatusOf(std::string_view line) {
  uint64_t code = 0;
  if (line.size() < 12 || line.substr(0, 5) != "HTTP/") return 0;
  return ParseNumber(line.substr(9, 3), 10, &code) ? static_cast<int>(code) : 0;
}

}  // namespace banto::perf
