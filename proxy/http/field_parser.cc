#include "proxy/http/field_parser.h"

#include "proxy/http/char_class.h"
#include "proxy/http/field_names.h"
#include "proxy/http/list_reader.h"

namespace banto::http {
namespace {

void Count(std::string_view value, SingleField* field) {
  field->value = value;
  ++field->count;
}

}  // namespace

ParseResult FieldParser::Read(const char* base, LineReader* lines) {
  std::string_view line;
  for (;;) {
    switch (lines->Next(&line)) {
      case LineReader::Line::kMore:
        return {};
      case LineReader::Line::kControl:
        return Refuse(400, "control character or bare line end in a field");
      case LineReader::Line::kLine:
        break;
    }
    if (line.empty()) return {ParseStatus::kDone, 0, 0, nullptr};
    if (fields_->size() == headers_max_) return Refuse(431, "too many header fields");
    if (const char* error = AddLine(base, line)) return Refuse(400, error);
  }
}

const char* FieldParser::AddLine(const char* base, std::string_view line) {
  // RFC 9112 §5.2 obs-fold, and §2.2 white space before the first field.
  if (line[0] == ' ' || line[0] == '\t') return "folded field line";
  uint8_t seen = 0;
  size_t colon = 0;
  for (; colon < line.size(); ++colon) {
    const uint8_t classes = ClassesOf(line[colon]);
    if ((classes & kTokenChar) == 0) break;
    seen |= classes;
  }
  if (colon == line.size()) return "field line without a colon";
  if (line[colon] != ':') return "field name with a forbidden character";
  if (colon == 0) return "empty field name";
  const std::string_view name = line.substr(0, colon);
  if (sender_ == Sender::kClient && (seen & kUnderscoreChar) != 0 && IsUnderscoreTwin(name)) {
    return "underscore spelling of a framing or forwarding field";
  }
  const std::string_view value = TrimSpace(line.substr(colon + 1));
  fields_->Add(static_cast<uint32_t>(name.data() - base), static_cast<uint32_t>(name.size()),
               static_cast<uint32_t>(value.data() - base), static_cast<uint32_t>(value.size()));
  Note(name, value);
  return nullptr;
}

void FieldParser::Note(std::string_view name, std::string_view value) {
  switch (name.size()) {
    case 4:
      if (EqualsNoCase(name, "Host")) Count(value, &facts_->host);
      break;
    case 6:
      if (EqualsNoCase(name, "Expect")) Count(value, &facts_->expect);
      break;
    case 10:
      if (EqualsNoCase(name, "Connection")) NoteConnection(value);
      break;
    case 14:
      if (EqualsNoCase(name, "Content-Length")) Count(value, &facts_->content_length);
      break;
    case 17:
      if (EqualsNoCase(name, "Transfer-Encoding")) Count(value, &facts_->transfer_encoding);
      break;
    default:
      break;
  }
}

void FieldParser::NoteConnection(std::string_view value) {
  ListReader reader(value);
  std::string_view option;
  while (reader.Next(&option)) {
    if (EqualsNoCase(option, "close")) {
      facts_->says_close = true;
    } else if (EqualsNoCase(option, "keep-alive")) {
      facts_->says_keep_alive = true;
    } else if (IsCriticalName(option)) {
      facts_->nominates_critical = true;
    }
  }
}

bool HasNews(std::string_view in, size_t scanned) {
  if (scanned == 0 || scanned > in.size()) return true;
  // A CR that was the last byte is judged by the one after it.
  const char* end = in.data() + in.size();
  return FindControl(in.data() + scanned - 1, end) != end;
}

}  // namespace banto::http
