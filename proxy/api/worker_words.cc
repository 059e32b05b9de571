#include "proxy/api/worker_words.h"

#include <algorithm>
#include <array>

#include "proxy/api/worker_quote.h"
#include "proxy/http/event_stream.h"
#include "proxy/http/media_type.h"
#include "proxy/http/message.h"
#include "proxy/json/json_cursor.h"
#include "proxy/json/json_scan.h"
#include "proxy/json/utf8.h"

namespace banto::api {
namespace {

using json::JsonCursor;

std::string Decoded(std::string_view raw) {
  std::string text;
  if (raw.empty() || raw.front() != '"' || !json::DecodeJsonString(raw, &text)) text.clear();
  return text;
}

// All that the members of an error tell, inside `error` and beside it.
struct Heard {
  WorkerWords words;
  std::string text;        // `error` as a mere text: Ollama, TGI, TEI
  std::string error_type;  // beside it, raw
  std::string detail;      // FastAPI
  std::string title;       // RFC 9457, and what gateways and clouds say instead of `message`
  bool nested = false;     // `error` is an object
};

// A value to be written again: strings are spelt anew, so that what was no UTF-8 becomes some.
std::string Spelt(std::string_view raw) {
  if (raw.front() != '"') return json::IsUtf8(raw) ? std::string(raw) : "null";
  std::string again;
  json::AppendJsonString(Decoded(raw), &again);
  return again;
}

void Take(std::string_view key, std::string_view raw, WorkerWords* words) {
  if (raw.empty()) return;
  if (key == "message") words->message = Decoded(raw);
  if (key == "type") words->type = Decoded(raw);
  if (key == "param") words->param = Spelt(raw);
  if (key == "code") words->code = Spelt(raw);
}

// AWS, Apigee, OAuth (RFC 6749 §5.2), Cloudflare and others.
bool StandsForMessage(std::string_view key) {
  constexpr std::array<std::string_view, 10> kKeys = {
      "Message",           "msg",         "detail", "error_message", "errorMessage",
      "error_description", "faultstring", "reason", "title",         "description"};
  return std::find(kKeys.begin(), kKeys.end(), key) != kKeys.end();
}

void ReadNested(JsonCursor* json, Heard* heard) {
  heard->nested = true;
  heard->words = {};
  std::string other;
  for (std::string_view key; json->NextMember(&key);) {
    const std::string_view raw = json->Skip();
    Take(key, raw, &heard->words);
    if (StandsForMessage(key) && other.empty()) other = Decoded(raw);
  }
  if (heard->words.message.empty()) heard->words.message = std::move(other);
}

// {"loc": ["body", "n", 0], "msg": …} as "body.n.0: …".
void ReadDetailEntry(JsonCursor* json, std::string* detail) {
  std::string place, said;
  for (std::string_view key; json->NextMember(&key);) {
    if (key == "loc" && json->EnterArray()) {
      while (json->NextElement()) {
        const std::string_view step = json->Skip();
        if (!place.empty()) place += '.';
        place += step.substr(0, 1) == "\"" ? Decoded(step) : std::string(step);
      }
      continue;
    }
    const std::string_view raw = json->Skip();
    if (key == "msg" || key == "message") said = Decoded(raw);
  }
  if (said.empty()) return;
  if (!detail->empty()) *detail += "; ";
  *detail += place.empty() ? said : place + ": " + said;
}

void ReadDetail(JsonCursor* json, std::string* detail) {
  if (json->EnterArray()) {
    while (json->NextElement()) {
      if (json->EnterObject()) {
        ReadDetailEntry(json, detail);
      } else if (const std::string said = Decoded(json->Skip()); !said.empty()) {
        *detail += detail->empty() ? said : "; " + said;
      }
    }
  } else if (json->EnterObject()) {
    ReadDetailEntry(json, detail);
  } else {
    *detail = Decoded(json->Skip());
  }
}

WorkerWords Sum(Heard heard) {
  if (heard.nested) return heard.words;
  if (!heard.text.empty()) {
    heard.words.message = std::move(heard.text);
    if (!heard.error_type.empty()) {
      heard.words.type.clear();
      heard.words.code = std::move(heard.error_type);
    }
  } else if (heard.words.message.empty()) {
    heard.words.message = heard.detail.empty() ? std::move(heard.title) : std::move(heard.detail);
  }
  return heard.words;
}

void ReadOuter(JsonCursor* json, int depth, Heard* heard);

// FastAPI's `detail` is a text, a list of what is wrong, or a whole error (LiteLLM).
void ReadInner(JsonCursor* json, int depth, Heard* heard) {
  Heard inner;
  ReadOuter(json, depth, &inner);
  WorkerWords words = Sum(std::move(inner));
  if (words.message.empty()) return;
  heard->words = std::move(words);
  heard->nested = true;
}

// `depth`: how many objects may still be entered (Responses wraps its error in `response`).
void ReadOuter(JsonCursor* json, int depth, Heard* heard) {
  WorkerWords beside;
  for (std::string_view key; json->NextMember(&key);) {
    if ((key == "error" || key == "fault") && json->EnterObject()) {
      ReadNested(json, heard);
    } else if (key == "error" && json->Peek() == '[') {
      ReadDetail(json, &heard->text);
    } else if (key == "detail" && depth > 0 && json->EnterObject()) {
      ReadInner(json, depth - 1, heard);
    } else if (key == "response" && depth > 0 && json->EnterObject()) {
      ReadOuter(json, depth - 1, heard);
    } else if (key == "detail" || key == "errors") {
      ReadDetail(json, &heard->detail);
    } else {
      const std::string_view raw = json->Skip();
      if (key == "error") heard->text = Decoded(raw);
      if (key == "error_type" && !raw.empty()) heard->error_type = Spelt(raw);
      if (StandsForMessage(key) && heard->title.empty()) heard->title = Decoded(raw);
      Take(key, raw, &beside);
    }
  }
  if (heard->nested) return;
  // The event's name, not the error's.
  if (beside.type == "error") beside.type.clear();
  heard->words = std::move(beside);
}

WorkerWords HearJson(std::string_view body) {
  JsonCursor json(body);
  // Gemini's OpenAI API puts its error into a list.
  if (json.EnterArray() && !json.NextElement()) return {};
  Heard heard;
  if (json.EnterObject()) {
    ReadOuter(&json, 1, &heard);
  } else if (json::IsJson(body)) {
    heard.title = Decoded(json.Skip());
  }
  return Sum(std::move(heard));
}

bool IsEventStream(std::string_view content_type, std::string_view body) {
  if (http::EqualsNoCase(http::MediaTypeName(content_type), "text/event-stream")) return true;
  return body.starts_with("data:") || body.starts_with("event:");
}

// An answer that was begun as a stream stays one when it fails: the error is an event (WHATWG HTML
// §9.2). Without one that says something, *text is what the first event says, for QuoteWorker.
WorkerWords HearEvents(std::string_view body, std::string* text) {
  http::FrameSplitter events(http::StreamFraming::kSse);
  http::Frame event;
  // The last event may have been cut short, or lack its blank line.
  for (const std::string_view part : {body, std::string_view("\n\n")}) {
    events.Feed(part);
    while (events.Next(&event) == http::FrameSplitter::Result::kFrame) {
      WorkerWords words = HearJson(event.data);
      if (!words.message.empty()) return words;
      if (text->empty() && event.data != "[DONE]") *text = event.data;
    }
  }
  return {};
}

}  // namespace

WorkerWords HearWorker(int status, std::string_view content_type, std::string_view body) {
  body = json::WithoutMark(body);
  WorkerWords words = HearJson(body);
  std::string of_event;
  if (words.message.empty() && IsEventStream(content_type, body))
    words = HearEvents(body, &of_event);
  if (words.message.empty())
    words.message = QuoteWorker(status, content_type, of_event.empty() ? body : of_event);
  return words;
}

ErrorForm ReadErrorForm(std::string_view body) {
  JsonCursor json(body);
  ErrorForm form;
  if (!json.EnterObject()) return form;
  Heard heard;
  for (std::string_view key; json.NextMember(&key);) {
    if (key == "error" && json.EnterObject()) {
      ReadNested(&json, &heard);
      continue;
    }
    const std::string_view raw = json.Skip();
    if (key == "error") form.text = raw.substr(0, 1) == "\"";
    if (key == "type") form.type = Decoded(raw);
  }
  form.whole = json.Finish() && json.utf8_ok();
  form.nested = heard.nested;
  form.words = std::move(heard.words);
  return form;
}

}  // namespace banto::api
