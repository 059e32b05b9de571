#include "proxy/http/field_parser.h"

#include "proxy/http/char_class.h"
#include "proxy/http/field_names.h"
#include "proxy/http/list_reader.h"
#include "proxy/http/name_scan.h"

namespace banto::http {
namespace {

void Count(std::string_view value, SingleField* field) {
  field->value = value;
  ++field->count;
}

}  // namespace

ParseResult FieldParser::Read(const char* base, LineReader* lines) {
  std::string_view line;
  size_t colon = 0;
  for (;;) {
    switch (lines->Next(&line, &colon)) {
      case LineReader::Line::kMore:
        return {};
      case LineReader::Line::kControl:
        return Refuse(400, "control character or bare line end in a field");
      case LineReader::Line::kLine:
        break;
    }
    if (line.empty()) return {ParseStatus::kDone, 0, 0, nullptr};
    if (fields_->size() == headers_max_) return Refuse(431, "too many header fields");
    if (const char* error = AddLine(base, line, colon)) return Refuse(400, error);
  }
}

const char* FieldParser::AddLine(const char* base, std::string_view line, size_t colon) {
  // RFC 9112 §5.2 obs-fold, and §2.2 white space before the first field.
  if (line[0] == ' ' || line[0] == '\t') return "folded field line";
  const std::string_view name = line.substr(0, colon);
  const FieldName id = ClassifyFieldName(name);
  // A single name is known to the letter.
  if (IsFamily(id) || colon == line.size()) {
    if (const char* error = JudgeName(base, line, colon)) return error;
  }
  const std::string_view value = TrimSpace(line.substr(colon + 1));
  fields_->Add({static_cast<uint32_t>(name.data() - base),
                static_cast<uint32_t>(value.data() - base), static_cast<uint32_t>(value.size()),
                static_cast<uint16_t>(name.size()), id});
  Note(id, value);
  return nullptr;
}

const char* FieldParser::JudgeName(const char* base, std::string_view line, size_t colon) const {
  const std::string_view name = line.substr(0, colon);
  const bool plain = IsPlainName(name, static_cast<size_t>(name.data() - base));
  if (!plain && !AllAre(name, kTokenChar)) return "field name with a forbidden character";
  if (colon == line.size()) return "field line without a colon";
  if (colon == 0) return "empty field name";
  if (colon > kFieldNameMax) return "field name too long";
  if (!plain && sender_ == Sender::kClient && name.find('_') != name.npos &&
      IsUnderscoreTwin(name)) {
    return "underscore spelling of a framing or forwarding field";
  }
  return nullptr;
}

void FieldParser::Note(FieldName id, std::string_view value) {
  switch (id) {
    case FieldName::kHost:
      return Count(value, &facts_->host);
    case FieldName::kExpect:
      return Count(value, &facts_->expect);
    case FieldName::kConnection:
      return NoteConnection(value);
    case FieldName::kContentLength:
      return Count(value, &facts_->content_length);
    case FieldName::kTransferEncoding:
      return Count(value, &facts_->transfer_encoding);
    default:
      return;
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
    } else {
      facts_->nominates = true;
      facts_->nominates_critical |= IsCriticalName(option);
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
