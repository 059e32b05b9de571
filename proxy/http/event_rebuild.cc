#include "proxy/http/event_rebuild.h"

#include "proxy/http/line_end.h"

namespace banto::http {
namespace {

// Removes and returns the first line of *raw, whatever its line end.
std::string_view TakeLine(std::string_view* raw) {
  const char* const begin = raw->data();
  const auto stop = static_cast<size_t>(FindLineEnd(begin, begin + raw->size()) - begin);
  const std::string_view line = raw->substr(0, stop);
  if (stop == raw->size()) {
    *raw = {};
    return line;
  }
  const bool pair = (*raw)[stop] == '\r' && stop + 1 < raw->size() && (*raw)[stop + 1] == '\n';
  raw->remove_prefix(stop + (pair ? 2 : 1));
  return line;
}

struct Field {
  std::string_view name;  // empty: the line is a comment
  std::string_view value;
};

Field SplitField(std::string_view line) {
  const size_t colon = line.find(':');
  if (colon == std::string_view::npos) return {line, {}};
  std::string_view value = line.substr(colon + 1);
  if (!value.empty() && value.front() == ' ') value.remove_prefix(1);  // one space only: §9.2.6
  return {line.substr(0, colon), value};
}

// What the lines of an event contain.
struct Survey {
  std::string_view event, data, comment;
  size_t data_lines = 0;
  bool as_clients_like = true;  // only an optional event line, then data lines
};

Survey Look(std::string_view raw) {
  Survey found;
  found.as_clients_like = raw.find('\r') == std::string_view::npos;
  while (!raw.empty()) {
    const std::string_view line = TakeLine(&raw);
    if (line.empty()) {
      found.as_clients_like &= raw.empty();  // a blank line that is not the last: a BOM left it
      continue;
    }
    const Field field = SplitField(line);
    if (field.name == "data") {
      if (found.data_lines++ == 0) found.data = field.value;
      continue;
    }
    if (field.name == "event" && found.event.empty() && found.data_lines == 0) {
      found.event = field.value;
      continue;
    }
    found.as_clients_like = false;
    // Until 2024 llama.cpp reported errors in a field of its own, which no client reads.
    if (field.name == "error" && found.data_lines == 0) {
      found.event = "error";
      found.data = field.value;
      ++found.data_lines;
    }
    if (field.name == "event") found.event = field.value;
    if (field.name.empty() && found.comment.empty()) found.comment = line;
  }
  return found;
}

bool GiveComment(std::string_view comment, std::string* memory, Frame* frame) {
  if (comment.empty()) return false;
  memory->assign(comment).append("\n\n");
  *frame = {*memory, {}, {}};
  return true;
}

// Several data lines form one payload: `memory` holds the event followed by that payload.
bool GiveSeveralLines(std::string_view raw, std::string_view event, std::string* memory,
                      Frame* frame) {
  memory->clear();
  if (!event.empty()) memory->append("event: ").append(event).push_back('\n');
  for (std::string_view left = raw; !left.empty();) {
    const Field field = SplitField(TakeLine(&left));
    if (field.name == "data") memory->append("data: ").append(field.value).push_back('\n');
  }
  memory->push_back('\n');
  const size_t event_bytes = memory->size();
  for (std::string_view left = raw; !left.empty();) {
    const Field field = SplitField(TakeLine(&left));
    if (field.name == "data") memory->append(field.value).push_back('\n');
  }
  memory->pop_back();
  const std::string_view whole = *memory;
  *frame = {whole.substr(0, event_bytes), whole.substr(event_bytes), {}};
  if (!event.empty()) frame->event = whole.substr(sizeof("event:"), event.size());
  return !frame->data.empty();
}

// JSON where fields belong: from a server that forgot `data:`, mostly before an error.
bool GiveBareJson(std::string_view raw, std::string* memory, Frame* frame) {
  constexpr std::string_view kField = "data: ";
  memory->assign(kField);
  while (!raw.empty()) memory->append(TakeLine(&raw)).push_back(' ');
  while (memory->back() == ' ') memory->pop_back();
  memory->append("\n\n");
  const std::string_view whole = *memory;
  *frame = {whole, whole.substr(kField.size(), whole.size() - kField.size() - 2), {}};
  return true;
}

}  // namespace

bool RebuildEvent(std::string_view raw, std::string* memory, Frame* frame) {
  if (raw.substr(0, 1) == "{") return GiveBareJson(raw, memory, frame);
  const Survey found = Look(raw);
  if (found.data_lines == 0) return GiveComment(found.comment, memory, frame);
  if (found.data_lines > 1) return GiveSeveralLines(raw, found.event, memory, frame);
  // An event without data makes SDKs parse "" as JSON (wire-compatibility.md §2.2).
  if (found.data.empty()) return false;
  if (found.as_clients_like) {
    *frame = {raw, found.data, found.event};
    return true;
  }
  memory->clear();
  if (!found.event.empty()) memory->append("event: ").append(found.event).push_back('\n');
  memory->append("data: ");
  const size_t data_at = memory->size();
  memory->append(found.data).append("\n\n");
  const std::string_view whole = *memory;
  *frame = {whole, whole.substr(data_at, found.data.size()), {}};
  if (!found.event.empty()) frame->event = whole.substr(sizeof("event:"), found.event.size());
  return true;
}

}  // namespace banto::http
