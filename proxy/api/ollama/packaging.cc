#include "proxy/api/ollama/packaging.h"

#include "proxy/api/json_each.h"
#include "proxy/api/json_members.h"
#include "proxy/api/merged_json.h"
#include "proxy/api/merged_stream.h"
#include "proxy/api/text_parts.h"

namespace banto::api::ollama {
namespace {

using Named = MergeRules::Named;

// Calls come whole, their arguments as an object.
constexpr Named kInMessage[] = {{"role", Merge::kFirst}};
constexpr MergeRules kMessage = {Merge::kJoin, Merge::kJoin, Merge::kJoin, kInMessage};
constexpr Named kInLine[] = {{"message", Merge::kJoin, &kMessage},
                             {"response", Merge::kJoin},
                             {"thinking", Merge::kJoin},
                             {"logprobs", Merge::kJoin}};
constexpr MergeRules kLine = {Merge::kLast, Merge::kLast, Merge::kLast, kInLine};

std::optional<std::string> Whole(std::string_view lines) {
  TextStore store;
  MergedJson sum;
  MergedStream stream(http::StreamFraming::kNdjson,
                      [&sum](std::string_view line, MergedJson::Trace* trace) {
                        return sum.AddObject(line, kLine, trace);
                      });
  if (!stream.Add(lines, &store) || sum.members().empty()) return std::nullopt;
  std::string whole;
  sum.AppendTo(&whole);
  return whole;
}

// What a whole says: its texts and calls, and the rest, written.
struct Parts {
  RawJson role, content, thinking, calls, logprobs;
  bool is_chat = false, done = false;
  std::string head;    // of every line
  std::string beside;  // beside the texts of the last line
  std::string at_end;  // what only the last line says
};

void ReadText(std::string_view key, RawJson value, Parts* parts, JsonMembers* beside) {
  if (key == "content" || key == "response") {
    parts->content = value;
  } else if (key == "thinking" && value.front() == '"') {
    parts->thinking = value;
  } else if (key == "tool_calls") {
    parts->calls = value;
  } else if (key == "role") {
    parts->role = value;
  } else {
    beside->Add(key, value);
  }
}

bool ReadParts(RawJson whole, Parts* parts) {
  JsonMembers head(&parts->head), beside(&parts->beside), at_end(&parts->at_end);
  const bool read = EachMember(whole, [&](std::string_view key, RawJson value) {
    if (key == "message") {
      parts->is_chat = EachMember(value, [&](std::string_view name, RawJson part) {
        ReadText(name, part, parts, &beside);
      });
    } else if (key == "response" || key == "thinking") {
      ReadText(key, value, parts, &beside);
    } else if (key == "model" || key == "created_at") {
      head.Add(key, value);
    } else if (key == "logprobs") {
      parts->logprobs = value;
    } else if (key == "done") {
      parts->done = value == "true";
    } else {
      at_end.Add(key, value);
    }
  });
  return read && parts->done && TextOf(parts->content).has_value();
}

// One line: a text, and members beside it in the message, or in the line itself.
void AddLine(const Parts& parts, JsonText text, std::string_view beside, std::string_view rest,
             std::string* out) {
  {
    JsonObject line(out);
    line.AddWritten(parts.head);
    if (parts.is_chat) {
      JsonObject message(line.Begin("message"));
      if (!parts.role.empty()) message.Add("role", parts.role);
      message.AddText("content", text);
      message.AddWritten(beside);
    } else {
      line.AddText("response", text);
      line.AddWritten(beside);
    }
    line.AddWritten(rest);
  }
  *out += '\n';
}

std::string Written(std::string_view key, RawJson value) {
  std::string written;
  JsonMembers(&written).Add(key, value);
  return written;
}

std::optional<std::string> Stream(std::string_view whole) {
  constexpr std::string_view kGoesOn = R"("done":false)";
  Parts parts;
  if (!ReadParts(whole, &parts)) return std::nullopt;
  std::string lines;
  for (JsonText thought = TextIn(parts.thinking); !thought.empty();) {
    std::string thinking = R"("thinking":)";
    AppendQuoted(TakeTextPart(&thought), &thinking);
    AddLine(parts, "", thinking, kGoesOn, &lines);
  }
  std::string rest(kGoesOn);
  if (!parts.logprobs.empty()) rest.append(",").append(Written("logprobs", parts.logprobs));
  for (JsonText text = TextIn(parts.content); !text.empty(); rest = kGoesOn)
    AddLine(parts, TakeTextPart(&text), "", rest, &lines);
  if (!parts.calls.empty()) AddLine(parts, "", Written("tool_calls", parts.calls), kGoesOn, &lines);
  std::string end = R"("done":true)";
  if (!parts.at_end.empty()) end.append(",").append(parts.at_end);
  if (TextIn(parts.content).empty() && !parts.logprobs.empty())
    end.append(",").append(Written("logprobs", parts.logprobs));
  AddLine(parts, "", parts.beside, end, &lines);
  return lines;
}

}  // namespace

constinit const Packager kPackager = {Whole, Stream};

}  // namespace banto::api::ollama
