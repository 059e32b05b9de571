#include "proxy/api/merged_stream.h"

#include <cstring>
#include <string>

#include "proxy/json/json_cursor.h"

namespace banto::api {
namespace {

bool IsWithin(std::string_view part, std::string_view whole) {
  return part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size();
}

bool BeginsWith(const char* at, const char* end, std::string_view part) {
  return static_cast<size_t>(end - at) >= part.size() &&
         std::memcmp(at, part.data(), part.size()) == 0;
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
      if (!frames.starts_with(frame.bytes)) return false;  // recorded ones need no mending
      const bool stays = IsWithin(frame.data, frames);
      size = frame.bytes.size();
      if (!AddParsed(frames.substr(0, size),
                     stays ? frame.data : store->Keep(std::string(frame.data))))
        return false;
    }
    frames.remove_prefix(size);
  }
  return true;
}

// The size of the next frame if it is like the one before, else 0.
size_t MergedStream::AddLike(std::string_view frames) {
  const char* const end = frames.data() + frames.size();
  const char* at = frames.data();
  std::array<std::string_view, kHolesMax> texts;
  for (size_t i = 0; i < count_; ++i) {
    const Hole& hole = holes_[i];
    if (!BeginsWith(at, end, hole.before)) return 0;
    const char* const opening = at + hole.before.size() - 1;
    at = json::FindJsonStringEnd(opening + 1, end);
    if (at == nullptr) return 0;
    texts[i] = {opening, at + 1};
  }
  if (count_ == 0 || !BeginsWith(at, end, after_)) return 0;
  for (size_t i = 0; i < count_; ++i) holes_[i].to->AddText(texts[i], holes_[i].merge);
  return static_cast<size_t>(at - frames.data()) + after_.size();
}

bool MergedStream::AddParsed(std::string_view bytes, std::string_view data) {
  count_ = 0;
  if (data.empty()) return true;
  MergedJson::Trace trace;
  if (!merger_(data, &trace)) return false;
  if (!trace.more) Learn(bytes, trace);
  return true;
}

void MergedStream::Learn(std::string_view bytes, const MergedJson::Trace& trace) {
  std::string_view rest = bytes;
  for (size_t i = 0; i < trace.count; ++i) {
    const MergedJson::Trace::Text& text = trace.texts[i];
    if (!IsWithin(text.text, rest)) return;
    const auto before = static_cast<size_t>(text.text.data() + 1 - rest.data());
    holes_[i] = {rest.substr(0, before), text.to, text.merge};
    rest.remove_prefix(before + text.text.size() - 2);
  }
  after_ = rest;
  count_ = trace.count;
}

}  // namespace banto::api
