#include "proxy/http/field_parser.h"

#include "proxy/http/char_class.h"
#include "proxy/http/field_names.h"
#include "proxy/http/list_reader.h"
#include "proxy/http/text_scan.h"

namespace banto::http {
namespace {

void Count(std::string_view value, SingleField* field) {
  field->value = value;
  ++field->count;
}

// The value in [first, end), which is followed by a line end. HTAB is its only control character,
// so every byte up to a space is white space.
std::string_view ValueOf(const char* first, const char* end) {
  const auto is_space = [](char c) { return static_cast<unsigned char>(c) <= ' '; };
  if (*first == ' ') ++first;  // nearly always exactly this one
  if (is_space(*first) || is_space(end[-1])) {
    return TrimSpace({first, static_cast<size_t>(end - first)});
  }
  return {first, static_cast<size_t>(end - first)};
}

// Parses the fields of one head. Lives for one call.
class FieldParser {
 public:
  FieldParser(Sender sender, const char* base, Fields* fields, FieldFacts* facts)
      : sender_(sender), base_(base), fields_(fields), facts_(facts) {}

  ParseResult Read(size_t headers_max, LineReader* rest) {
    LineReader lines = *rest;  // a local one can live in registers
    LineReader::Bounds line{};
    for (;;) {
      switch (lines.Next(&line)) {
        case LineReader::Line::kMore:
          return {};
        case LineReader::Line::kControl:
          return Refuse(400, "control character or bare line end in a field");
        case LineReader::Line::kLine:
          break;
      }
      if (line.begin == line.end) {
        *rest = lines;
        return {ParseStatus::kDone, 0, 0, nullptr};
      }
      if (fields_->size() == headers_max) return Refuse(431, "too many header fields");
      if (const char* error = AddLine(line)) return Refuse(400, error);
    }
  }

 private:
  const char* AddLine(const LineReader::Bounds& line) {
    if (line.colon >= line.end) return JudgeName(line.text(), line.text());
    const std::string_view name(line.begin, static_cast<size_t>(line.colon - line.begin));
    const FieldName id = ClassifyFieldName(name);
    // The id of a single name implies its exact text.
    if (IsFamily(id)) {
      if (const char* error = JudgeName(line.text(), name)) return error;
    }
    const std::string_view value = ValueOf(line.colon + 1, line.end);
    fields_->Add({static_cast<uint32_t>(name.data() - base_),
                  static_cast<uint32_t>(value.data() - base_), static_cast<uint32_t>(value.size()),
                  static_cast<uint16_t>(name.size()), id});
    Note(id, value);
    return nullptr;
  }

  // What is wrong with the name at the start of `line`; `name` is the entire line if there is no
  // colon.
  const char* JudgeName(std::string_view line, std::string_view name) const {
    // RFC 9112 §5.2 obs-fold, and §2.2 white space before the first field.
    if (line[0] == ' ' || line[0] == '\t') return "folded field line";
    const bool plain = IsPlainName(name, static_cast<size_t>(name.data() - base_));
    if (!plain && !AllAre(name, kTokenChar)) return "field name with a forbidden character";
    if (name.size() == line.size()) return "field line without a colon";
    if (name.empty()) return "empty field name";
    if (name.size() > kFieldNameMax) return "field name too long";
    if (!plain && sender_ == Sender::kClient && name.find('_') != name.npos &&
        IsUnderscoreTwin(name)) {
      return "underscore spelling of a framing or forwarding field";
    }
    return nullptr;
  }

  void Note(FieldName id, std::string_view value) {
    switch (id) {
      case FieldName::kHost:
        return Count(value, &facts_->host);
      case FieldName::kAuthorization:
        return Count(value, &facts_->authorization);
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

  void NoteConnection(std::string_view value) {
    // The usual values, without list parsing.
    if (EqualsNoCase(value, "keep-alive")) {
      facts_->says_keep_alive = true;
      return;
    }
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

  Sender sender_;
  const char* base_;
  Fields* fields_;
  FieldFacts* facts_;
};

}  // namespace

ParseResult ReadFields(Sender sender, size_t headers_max, const char* base, LineReader* lines,
                       Fields* fields, FieldFacts* facts) {
  return FieldParser(sender, base, fields, facts).Read(headers_max, lines);
}

bool HasNews(std::string_view in, size_t scanned) {
  if (scanned == 0 || scanned > in.size()) return true;
  // A trailing CR is judged once the next byte is there.
  const char* end = in.data() + in.size();
  return FindControl(in.data() + scanned - 1, end) != end;
}

}  // namespace banto::http
