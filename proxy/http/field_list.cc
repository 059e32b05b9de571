#include "proxy/http/field_list.h"

#include "proxy/http/field_lines.h"
#include "proxy/http/field_names.h"
#include "proxy/http/field_writer.h"
#include "proxy/http/headers.h"
#include "proxy/http/list_reader.h"
#include "proxy/http/message.h"

namespace banto::http {
namespace {

constexpr std::string_view kLineEnd = "\r\n";

// What no list holds: each protocol has its own way to frame an answer (RFC 9112 §6, RFC 9113
// §8.2.2).
constexpr FieldSet kNeverListed = kHopByHopFields | FieldSet{FieldName::kContentLength};

// The first line with its end. In a list no other LF is there.
std::string_view FirstLine(std::string_view lines) { return lines.substr(0, lines.find('\n') + 1); }

std::string_view NameOf(std::string_view line) { return line.substr(0, line.find(':')); }

// The value in a line whose name has `name_size` bytes.
std::string_view ValueOf(std::string_view line, size_t name_size) {
  line.remove_suffix(kLineEnd.size());
  return TrimSpace(line.substr(name_size + 1));
}

bool IsCalled(std::string_view line, std::string_view name) {
  return line.size() > name.size() && line[name.size()] == ':' &&
         EqualsNoCase(line.substr(0, name.size()), name);
}

// An empty Content-Type names no type (RFC 9110 §8.3), and who parses one chokes on it.
bool IsEmptyType(const FieldEntry& entry) {
  return entry.value_size == 0 && entry.id == FieldName::kContentType;
}

// Whether `lines` begin with a line that a list could hold.
bool BeginsWithField(std::string_view lines) {
  const std::string_view line = lines.substr(0, lines.find(kLineEnd));
  const std::string_view name = NameOf(line);
  return line.size() < lines.size() && name.size() < line.size() && IsToken(name) &&
         HasNoControl(line) && !kNeverListed.Has(ClassifyFieldName(name));
}

}  // namespace

std::optional<FieldList> FieldList::FromLines(std::string lines) {
  for (std::string_view rest = lines; !rest.empty(); rest.remove_prefix(FirstLine(rest).size())) {
    if (!BeginsWithField(rest)) return std::nullopt;
  }
  FieldList list;
  list.lines_ = std::move(lines);
  return list;
}

FieldView FieldList::Iterator::operator*() const {
  const std::string_view line = FirstLine(rest_);
  const std::string_view name = NameOf(line);
  return {name, ValueOf(line, name.size())};
}

FieldList::Iterator& FieldList::Iterator::operator++() {
  rest_.remove_prefix(FirstLine(rest_).size());
  return *this;
}

std::string_view FieldList::Find(std::string_view name) const {
  for (std::string_view rest = lines_; !rest.empty();) {
    const std::string_view line = FirstLine(rest);
    if (IsCalled(line, name)) return ValueOf(line, name.size());
    rest.remove_prefix(line.size());
  }
  return {};
}

std::string FieldList::List(std::string_view name) const {
  std::string list;
  for (const FieldView& field : *this) {
    if (!EqualsNoCase(field.name, name) || field.value.empty()) continue;
    if (!list.empty()) list += ", ";
    list += field.value;
  }
  return list;
}

void FieldList::Add(FixedName name, std::string_view value) {
  FieldWriter(name.text().size() + value.size() + FieldWriter::kMarksSize, this).Add(name, value);
}

void FieldList::AddFrom(const Head& head, FieldSet dropped) {
  const auto append = [this](std::string_view run) { lines_.append(run); };
  const FieldSet names = dropped | kNeverListed;
  const auto drops = [names](const FieldEntry& entry) {
    return names.Has(entry.id) || IsEmptyType(entry);
  };
  if (!head.nominates_fields()) return ForEachRun(head, drops, append);
  ForEachRun(
      head,
      [&](const FieldEntry& entry) {
        return drops(entry) || IsNominated(head, head.FieldOf(entry).name);
      },
      append);
}

void FieldList::Replace(FixedName name, std::string_view value) {
  Remove(name.text());
  Add(name, value);
}

template <class Drops>
void FieldList::RemoveWhere(Drops drops) {
  size_t at = 0;
  while (at < lines_.size()) {
    const std::string_view line = FirstLine(std::string_view(lines_).substr(at));
    if (drops(line)) {
      lines_.erase(at, line.size());
    } else {
      at += line.size();
    }
  }
}

void FieldList::Remove(std::string_view name) {
  RemoveWhere([name](std::string_view line) { return IsCalled(line, name); });
}

void FieldList::RemoveAll(FieldSet names) {
  RemoveWhere(
      [names](std::string_view line) { return names.Has(ClassifyFieldName(NameOf(line))); });
}

void FieldList::RemoveWithPrefix(std::string_view prefix) {
  RemoveWhere([prefix](std::string_view line) { return StartsWithNoCase(line, prefix); });
}

}  // namespace banto::http
