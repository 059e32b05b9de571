#include "proxy/api/merged_stream.h"

#include <string>

#include "proxy/api/stream_reader.h"
#include "proxy/json/json_cursor.h"

namespace banto::api {
namespace {

bool IsWithin(std::string_view part, std::string_view whole) {
  return part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size();
}

}  // namespace

bool MergedStream::Add(std::string_view frames, TextStore* store) {
  while (!frames.empty()) {
    size_t size = AddLike(frames);
    if (size == 0) {
      http::FrameSplitter splitter(framing_);
      http::Frame frame;
      splitter.Feed(frames);
      if (splitter.Next(&frame) != http::FrameSplitter::Result::kFrame) return false;
      if (frame.bytes.data() != frames.data()) return false;  // recorded ones need no mending
      const bool stays = IsWithin(frame.data, frames);
      size = frame.bytes.size();
      if (!AddParsed(frame, stays ? frame.data : store->Keep(std::string(frame.data))))
        return false;
    }
    frames.remove_prefix(size);
  }
  return true;
}

// The size of the next frame if it is like the one before, else 0.
size_t MergedStream::AddLike(std::string_view frames) {
  if (text_ == nullptr || !frames.starts_with(before_)) return 0;
  const char* const text = frames.data() + before_.size();
  const char* const end = frames.data() + frames.size();
  const char* const quote = json::FindJsonStringEnd(text, end);
  if (quote == nullptr) return 0;
  if (!std::string_view(quote, static_cast<size_t>(end - quote)).starts_with(after_)) return 0;
  text_->JoinText({text, static_cast<size_t>(quote - text)});
  return static_cast<size_t>(quote - frames.data()) + after_.size();
}

bool MergedStream::AddParsed(const http::Frame& frame, std::string_view data) {
  text_ = nullptr;
  if (data.empty() || IsDone(data)) return true;
  MergedJson::Trace trace;
  if (!sum_.AddObject(data, rules_, &trace)) return false;
  if (!trace.only_joined() || !IsWithin(trace.text, frame.bytes)) return true;
  text_ = trace.to;
  const auto at = static_cast<size_t>(trace.text.data() - frame.bytes.data());
  before_ = frame.bytes.substr(0, at);
  after_ = frame.bytes.substr(at + trace.text.size());
  return true;
}

}  // namespace banto::api
