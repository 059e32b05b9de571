#include "proxy/exchange/packaging.h"

#include <optional>
#include <string>
#include <utility>

#include "cache/entry_spans.h"
#include "proxy/api/answer_reader.h"
#include "proxy/api/packaging.h"
#include "proxy/http/event_stream.h"

namespace banto {
namespace {

using cache::Entry;

const char* TypeOf(http::StreamFraming framing) {
  switch (framing) {
    case http::StreamFraming::kNone:
      return "application/json";
    case http::StreamFraming::kSse:
      return "text/event-stream; charset=utf-8";
    case http::StreamFraming::kNdjson:
      return "application/x-ndjson";
  }
  return "";
}

// Reads an answer as that of a worker is read. False: it is not complete.
bool Read(const Question& question, Entry* entry) {
  api::AnswerReader reader(question.asked.expectations);
  if (!entry->stream) {
    api::FrameVerdict spans;
    return reader.CheckWhole(200, entry->content_type, entry->body, &spans) ==
               api::Completeness::kComplete &&
           cache::AddSpans(0, 0, spans, entry);
  }
  http::FrameSplitter splitter(question.operation->framing);
  http::Frame frame;
  size_t at = 0;
  splitter.Feed(entry->body);
  while (splitter.Next(&frame) == http::FrameSplitter::Result::kFrame) {
    if (!cache::AddSpans(at, frame.bytes.size(), reader.OnFrame(frame), entry)) return false;
    at += frame.bytes.size();
  }
  return reader.FinishStream(at == entry->body.size()) == api::Completeness::kComplete;
}

// nullptr: there is none.
cache::EntryPtr OtherForm(const Entry& entry, const Question& question) {
  // A whole always tells its usage.
  if (entry.stream && entry.output_tokens < 0) return nullptr;
  const api::Packager& packager = *question.operation->packager;
  const api::Repackage tell = entry.stream ? packager.whole : packager.stream;
  std::optional<std::string> body = tell == nullptr ? std::nullopt : tell(entry.body);
  if (!body) return nullptr;
  auto other = cache::HeadOf(entry);
  other->stream = !entry.stream;
  other->content_type =
      TypeOf(other->stream ? question.operation->framing : http::StreamFraming::kNone);
  other->body = std::move(*body);
  other->input_tokens = entry.input_tokens;
  other->output_tokens = entry.output_tokens;
  other->worker_ms = entry.worker_ms;
  if (!Read(question, other.get())) return nullptr;
  other->body.shrink_to_fit();
  other->patches.shrink_to_fit();
  return other;
}

}  // namespace

cache::EntryPtr Packaged(cache::EntryPtr entry, const Question& question, cache::Cache* cache) {
  const Asked& asked = question.asked;
  if (question.operation->packager == nullptr) return entry;
  // Some engines tell it with the last choice instead, where it is in everybody's way.
  const bool lacks_usage = asked.expectations.usage_requested && entry->output_tokens < 0;
  if (lacks_usage) return nullptr;
  if (entry->stream == asked.stream) return entry;
  if (entry->other_form) return entry->other_form;
  cache::EntryPtr other = OtherForm(*entry, question);
  if (other) cache->KeepOtherForm(*question.cache.key, entry, other);
  return other;
}

}  // namespace banto
