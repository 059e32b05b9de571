#include "proxy/fetch/answer_reading.h"

#include "proxy/api/dialect.h"
#include "proxy/http/content_decoder.h"
#include "proxy/http/media_type.h"

namespace banto {
namespace {

using http::ContentCoding;
using http::MediaType;
using http::StreamFraming;

bool IsApi(const AnswerFacts& facts) { return !facts.operation->dialect->opaque; }

MediaType TypeOf(const AnswerFacts& facts) {
  return http::ReadMediaType(facts.head->Find(http::FieldName::kContentType).value_or(""));
}

bool HasNoBody(const AnswerFacts& facts) {
  return facts.request->method() == "HEAD" || facts.head->framing().kind == http::BodyKind::kNone;
}

ReadAs ChooseByHead(const AnswerFacts& facts) {
  const int status = facts.head->status();
  const bool api = IsApi(facts);
  if (HasNoBody(facts))
    return status >= 500 || (api && status >= 400) ? ReadAs::kError : ReadAs::kOpaque;
  if (status >= 400 && (api || status >= 500)) return ReadAs::kError;
  // Frameworks answer a POST with 201 (NestJS); 206 is only part of something.
  if (!api || status / 100 != 2 || status == 206) return ReadAs::kOpaque;
  const MediaType type = TypeOf(facts);
  if (!facts.stream_asked && type == MediaType::kJson) return ReadAs::kOpaque;  // the usual case
  // The default type of frameworks for a stream without one (Flask, PHP).
  if (type == MediaType::kHtml) return ReadAs::kFirstBytes;
  const StreamFraming asked = facts.stream_asked ? facts.operation->framing : StreamFraming::kNone;
  // Gateways that translate an engine's stream leave its old type on it.
  if (type == MediaType::kNdjson)
    return asked == StreamFraming::kNone ? ReadAs::kNdjson : ReadAs::kFirstBytes;
  if (asked == StreamFraming::kNone)
    return type == MediaType::kSse ? ReadAs::kSse : ReadAs::kOpaque;
  // One line of JSON is an answer too: Ollama's unstreamed answers have a length, its streams do
  // not.
  const bool whole = asked == StreamFraming::kNdjson &&
                     facts.head->framing().kind == http::BodyKind::kLength &&
                     type == MediaType::kJson;
  return whole ? ReadAs::kOpaque : ReadAs::kFirstBytes;
}

// Part of a coded body may begin with anything; and an application's codings are its own affair.
bool LabelIsDoubted(const AnswerFacts& facts) {
  return facts.head->status() != 206 && (IsApi(facts) || facts.identity_asked);
}

// A coded answer that is not parsed goes to a client that accepts it as is.
bool MustDecode(const AnswerFacts& facts, ReadAs as, ContentCoding coding) {
  if (facts.translated) return true;
  if (IsApi(facts) && as != ReadAs::kOpaque) return true;
  if (!facts.identity_asked || facts.head->status() == 206) return false;
  return !http::AcceptsCoding(*facts.request, coding);
}

// After its brace: an object that is a line of a stream does not end there.
FirstBytes LookAtObject(std::string_view rest) {
  const size_t at = rest.find_first_not_of(" \t");
  if (at == std::string_view::npos) return FirstBytes::kOpen;
  return rest[at] == '\n' || rest[at] == '\r' ? FirstBytes::kPretty : FirstBytes::kObject;
}

}  // namespace

std::string_view RightType(ReadAs as, std::string_view declared) {
  const MediaType type = http::ReadMediaType(declared);
  switch (as) {
    case ReadAs::kSse:
      return type == MediaType::kSse ? declared : "text/event-stream; charset=utf-8";
    case ReadAs::kNdjson:
      return type == MediaType::kNdjson || type == MediaType::kJson ? declared
                                                                    : "application/x-ndjson";
    case ReadAs::kObject:
      return type == MediaType::kNone || type == MediaType::kSse ? "application/json" : declared;
    default:
      return declared;
  }
}

Reading ChooseReading(const AnswerFacts& facts, http::BodyBegin begin) {
  Reading reading{ChooseByHead(facts), false};
  const ContentCoding coding = http::ReadContentCoding(*facts.head);
  if (coding == ContentCoding::kIdentity || HasNoBody(facts)) return reading;
  if (begin == http::BodyBegin::kPlain) return reading;
  if (begin == http::BodyBegin::kOpen && LabelIsDoubted(facts)) return {ReadAs::kLabelled, false};
  if (coding != ContentCoding::kOther) {
    reading.decode = MustDecode(facts, reading.as, coding);
  } else if (reading.as != ReadAs::kError) {
    reading.as = ReadAs::kOpaque;
  }
  return reading;
}

FirstBytes LookAtFirst(std::string_view bytes) {
  constexpr std::string_view kBom = "\xEF\xBB\xBF";
  constexpr size_t kBlankBytesMax = 1024;
  if (bytes.size() < kBom.size() && kBom.substr(0, bytes.size()) == bytes) return FirstBytes::kOpen;
  if (bytes.substr(0, kBom.size()) == kBom) bytes.remove_prefix(kBom.size());
  const size_t start = bytes.find_first_not_of(" \t\r\n");
  if (start == std::string_view::npos)
    return bytes.size() < kBlankBytesMax ? FirstBytes::kOpen : FirstBytes::kOther;
  bytes.remove_prefix(start);
  if (bytes.front() == '{') return LookAtObject(bytes.substr(1));
  if (bytes.front() == '<') return FirstBytes::kMarkup;
  bool open = false;
  for (const std::string_view field : {":", "data:", "event:", "id:", "retry:", "error:"}) {
    if (bytes.substr(0, field.size()) == field) return FirstBytes::kSse;
    open = open || field.substr(0, bytes.size()) == bytes;
  }
  return open ? FirstBytes::kOpen : FirstBytes::kOther;
}

ReadAs ChooseByFirst(const AnswerFacts& facts, FirstBytes first) {
  const MediaType type = TypeOf(facts);
  const StreamFraming asked = facts.stream_asked ? facts.operation->framing : StreamFraming::kNone;
  if (first == FirstBytes::kSse && asked != StreamFraming::kNone) return ReadAs::kSse;
  if (type == MediaType::kNdjson) return ReadAs::kNdjson;
  if (first == FirstBytes::kObject && asked == StreamFraming::kNdjson) return ReadAs::kNdjson;
  if (first == FirstBytes::kObject || first == FirstBytes::kPretty)
    return asked != StreamFraming::kNone ? ReadAs::kObject : ReadAs::kOpaque;
  if (type == MediaType::kSse) return ReadAs::kSse;
  const bool page = first == FirstBytes::kMarkup && type == MediaType::kHtml;
  return page ? ReadAs::kPage : ReadAs::kOpaque;
}

}  // namespace banto
