// A whole response as the events of a stream, in the order in which OpenAI sends them: its items
// one after the other, each begun empty.
#include <cstdint>
#include <set>

#include "proxy/api/json_each.h"
#include "proxy/api/json_members.h"
#include "proxy/api/openai/named_members.h"
#include "proxy/api/openai/packaging.h"
#include "proxy/api/openai/responses_check.h"
#include "proxy/api/openai/responses_events.h"
#include "proxy/api/openai/responses_output.h"
#include "proxy/api/text_parts.h"

namespace banto::api::openai {
namespace {

// What has texts of this type: parts of this list, or items if that is empty. nullptr: nothing that
// we know.
const TextWords* WordsOf(std::string_view list, RawJson type) {
  for (const TextWords* const words : kTextWords) {
    if (words->list == list && words->type == TextIn(type)) return words;
  }
  return nullptr;
}

RawJson Elements(RawJson array) {
  return array.starts_with('[') ? array.substr(1, array.size() - 2) : RawJson();
}

// A text or a list that is told later.
std::string_view Nothing(RawJson value) { return value.front() == '[' ? "[]" : R"("")"; }

struct Part {
  std::string begun;  // as it is before its text
  RawJson text, annotations, logprobs;
};

Part ReadPart(const TextWords& words, RawJson raw) {
  Part part;
  JsonObject begun(&part.begun);
  EveryMember(raw, [&](std::string_view key, RawJson value) {
    const bool is_list = value.front() == '[';
    RawJson* const later = key == words.text && value.front() == '"' ? &part.text
                           : key == "annotations" && is_list         ? &part.annotations
                           : key == "logprobs" && is_list            ? &part.logprobs
                                                                     : nullptr;
    if (later != nullptr) *later = value;
    begun.Add(key, later == nullptr ? value : Nothing(value));
  });
  return part;
}

// One item of the whole, told in events.
class ItemTeller {
 public:
  ItemTeller(size_t index, RawJson raw, NumberedEvents* events)
      : index_(index),
        raw_(raw),
        item_(ReadItem(raw)),
        call_(WordsOf({}, item_.type)),
        events_(events) {}
  // False: it is no item.
  bool Tell();

 private:
  bool HasParts() const { return item_.is("message") || item_.is("reasoning"); }
  bool AppendBegun(std::string* out) const;
  TextPlace PlaceOf(const TextWords& words, int64_t part) const;
  void TellDeltas(const TextPlace& place, JsonText text, RawJson logprobs);
  void TellText(const TextPlace& place, const Part& part);
  bool TellPart(const TextWords& any, int64_t index, RawJson raw);
  bool TellParts(const TextWords& any, RawJson parts);
  void TellCall();

  const size_t index_;
  const RawJson raw_;
  const ItemMembers item_;
  const TextWords* const call_;  // nullptr: it is none
  NumberedEvents* const events_;
};

// What it is, without what it says. Of an item that we do not know: all of it.
bool ItemTeller::AppendBegun(std::string* out) const {
  JsonObject begun(out);
  return EveryMember(raw_, [&](std::string_view key, RawJson value) {
    const bool is_list =
        HasParts() && (key == "content" || key == "summary") && value.front() == '[';
    const bool is_text = call_ != nullptr && key == call_->text && value.front() == '"';
    const bool is_status = (HasParts() || call_ != nullptr) && key == "status" && value != "null";
    begun.Add(key, is_list || is_text ? Nothing(value) : is_status ? R"("in_progress")" : value);
  });
}

TextPlace ItemTeller::PlaceOf(const TextWords& words, int64_t part) const {
  return {words, TextIn(item_.id.empty() ? item_.call_id : item_.id), index_, part};
}

void ItemTeller::TellDeltas(const TextPlace& place, JsonText text, RawJson logprobs) {
  std::string start;
  NumberedEvents::AppendDeltaStart(place, &start);
  while (!text.empty()) {
    const JsonText piece = TakeTextPart(&text);
    const bool has_logprobs = place.words.is_output_text;
    events_->Delta(start, piece, has_logprobs ? std::optional(logprobs) : std::nullopt);
    logprobs = {};
  }
}

// `any`: words of the list that it is in.
bool ItemTeller::TellPart(const TextWords& any, int64_t index, RawJson raw) {
  RawJson type;
  if (!ReadMembers(raw, {{"type", &type}})) return false;
  const TextWords* const known = WordsOf(any.list, type);
  const TextPlace place = PlaceOf(known == nullptr ? any : *known, index);
  if (known == nullptr) {
    events_->PartAdded(place, raw);
  } else {
    const Part part = ReadPart(*known, raw);
    events_->PartAdded(place, part.begun);
    TellText(place, part);
  }
  events_->PartDone(place, raw);
  return true;
}

void ItemTeller::TellText(const TextPlace& place, const Part& part) {
  TellDeltas(place, TextIn(part.text), Elements(part.logprobs));
  int64_t count = 0;
  EachElement(part.annotations,
              [&](RawJson annotation) { events_->Annotation(place, count++, annotation); });
  events_->TextDone(place, TextIn(part.text), Elements(part.logprobs));
}

bool ItemTeller::TellParts(const TextWords& any, RawJson parts) {
  if (parts.empty()) return true;
  bool told = true;
  int64_t index = 0;
  return EachElement(parts, [&](RawJson part) { told = TellPart(any, index++, part) && told; }) &&
         told;
}

void ItemTeller::TellCall() {
  const TextPlace place = PlaceOf(*call_, 0);
  RawJson text;
  ReadMembers(raw_, {{call_->text, &text}});
  TellDeltas(place, TextIn(text), {});
  if (call_ == &kArguments) return events_->ArgumentsDone(place, TextIn(item_.name), TextIn(text));
  events_->TextDone(place, TextIn(text), {});
}

bool ItemTeller::Tell() {
  std::string begun;
  if (!AppendBegun(&begun) || TextIn(item_.type).empty()) return false;
  events_->ItemAdded(index_, begun);
  if (HasParts()) {
    if (!TellParts(kSummaryText, item_.summary) || !TellParts(kOutputText, item_.content))
      return false;
  }
  if (call_ != nullptr) TellCall();
  events_->ItemDone(index_, raw_);
  return true;
}

// The response before it said anything.
bool AppendBegunResponse(RawJson whole, std::string* out) {
  JsonObject begun(out);
  return EveryMember(whole, [&begun](std::string_view key, RawJson value) {
    const bool comes_later = key == "usage" || key == "completed_at" || key == "incomplete_details";
    begun.Add(key, key == "status"   ? R"("in_progress")"
                   : key == "output" ? "[]"
                   : comes_later     ? "null"
                                     : value);
  });
}

void TellLifecycle(std::string_view type, RawJson response, NumberedEvents* events) {
  AppendOneLine(response, &events->Begin(type)->append(R"(,"response":)"));
  events->End(FrameVerdict());
}

// By which clients know an item again: they refuse a stream in which two have the same.
std::string IdentityOf(RawJson raw) {
  const ItemMembers item = ReadItem(raw);
  const bool is_call = WordsOf({}, item.type) != nullptr;
  return std::string(item.type).append(is_call ? RawJson() : item.id).append(item.call_id);
}

bool TellItems(RawJson output, NumberedEvents* events) {
  std::set<std::string> identities;
  bool told = true;
  const bool listed = EachElement(output, [&](RawJson item) {
    const size_t index = identities.size();
    told = told && identities.insert(IdentityOf(item)).second &&
           ItemTeller(index, item, events).Tell();
  });
  return listed && told;
}

}  // namespace

std::optional<std::string> TellResponse(std::string_view whole) {
  std::string begun;
  ResponseWords words;
  const bool read = AppendBegunResponse(whole, &begun) &&
                    EachMember(whole, [&](auto key, auto raw) { TakeWord(key, raw, &words); });
  if (!read || !HasEnded(words)) return std::nullopt;
  FrameOutput frames;
  NumberedEvents events(&frames);
  TellLifecycle("response.created", begun, &events);
  TellLifecycle("response.in_progress", begun, &events);
  if (!TellItems(words.output, &events)) return std::nullopt;
  const bool is_whole = words.status == "completed";
  TellLifecycle(is_whole ? "response.completed" : "response.incomplete", whole, &events);
  return std::string(frames.bytes());
}

}  // namespace banto::api::openai
