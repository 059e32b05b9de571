#include "proxy/api/openai/responses_streamed.h"

#include <algorithm>

#include "proxy/api/json_each.h"
#include "proxy/api/openai/named_members.h"
#include "proxy/api/openai/responses_output.h"
#include "proxy/json/json_cursor.h"

namespace banto::api::openai {
namespace {

// What no honest answer has more of; a search among them stays short.
constexpr size_t kItemsMax = 4096;

// The characters of all texts of one kind in an item.
std::string TextsOf(const TextWords& words, RawJson item) {
  RawJson type, text, list;
  if (words.list.empty()) {
    ReadMembers(item, {{"type", &type}, {words.text, &text}});
    return Says(type, words.type) ? Plain(TextIn(text)) : std::string();
  }
  std::string texts;
  ReadMembers(item, {{words.list, &list}});
  EachElement(list, [&](RawJson part) {
    type = text = {};
    ReadMembers(part, {{"type", &type}, {words.text, &text}});
    if (Says(type, words.type)) texts += TextIn(text);
  });
  return Plain(texts);
}

// The same thing, earlier and later. Ids do not count: some servers make new ones for the end.
bool IsSame(RawJson earlier, RawJson later) {
  const ItemMembers one = ReadItem(earlier), other = ReadItem(later);
  return one.type == other.type && one.call_id == other.call_id && one.name == other.name;
}

}  // namespace

// The last, if the event does not say.
StreamedItems::Item* StreamedItems::Find(JsonText id, int64_t index) {
  if (id.empty() && index < 0) return items_.empty() ? nullptr : &items_.back();
  const auto found = std::find_if(items_.rbegin(), items_.rend(), [&](const Item& item) {
    if (index >= 0 && item.index >= 0) return item.index == index;
    return !id.empty() && item.id == id;
  });
  return found == items_.rend() ? nullptr : &*found;
}

bool StreamedItems::AddItem(bool done, RawJson event) {
  RawJson raw, output_index;
  ReadMembers(event, {{"item", &raw}, {"output_index", &output_index}});
  const JsonText id = TextIn(ReadItem(raw).id);
  const int64_t index = json::IntegerOr(output_index, -1);
  const bool nameless = id.empty() && index < 0;
  Item* item = nameless && !done ? nullptr : Find(id, index);
  if (item != nullptr && (!done || !item->done.empty())) return false;
  if (item == nullptr) {
    if (items_.size() >= kItemsMax) return false;
    item = &items_.emplace_back();
    item->id = id;
    item->index = index;
  }
  (done ? item->done : item->added) = raw;
  return raw.starts_with('{');
}

bool StreamedItems::AddText(size_t kind, bool done, RawJson event) {
  RawJson text, item_id, output_index;
  ReadMembers(event, {{done ? kTextWords[kind]->text : "delta", &text},
                      {"item_id", &item_id},
                      {"output_index", &output_index}});
  Item* const item = Find(TextIn(item_id), json::IntegerOr(output_index, -1));
  if (item == nullptr || !item->done.empty()) return false;
  Told& told = item->texts[kind];
  (done ? told.end : told.deltas) += TextIn(text);
  told.ended = told.ended || done;
  return true;
}

bool StreamedItems::Add(std::string_view type, RawJson event) {
  if (type == "response.output_item.added") return AddItem(false, event);
  if (type == "response.output_item.done") return AddItem(true, event);
  for (size_t kind = 0; kind < kTextWords.size(); ++kind) {
    const std::string_view name = kTextWords[kind]->text_event;
    if (!type.starts_with(name)) continue;
    const std::string_view what = type.substr(name.size());
    if (what == ".delta" || what == ".done") return AddText(kind, what == ".done", event);
  }
  return true;
}

bool StreamedItems::Agrees(const Item& told, RawJson item) {
  for (const RawJson earlier : {told.added, told.done}) {
    if (!earlier.empty() && !IsSame(earlier, item)) return false;
  }
  for (size_t kind = 0; kind < kTextWords.size(); ++kind) {
    const Told& text = told.texts[kind];
    const std::string whole = TextsOf(*kTextWords[kind], item);
    const std::string deltas = Plain(text.deltas);
    const bool done = !told.done.empty();
    if (done && TextsOf(*kTextWords[kind], told.done) != whole) return false;
    if (text.ended && Plain(text.end) != whole) return false;
    if (text.ended || done ? !whole.starts_with(deltas) : deltas != whole) return false;
  }
  return true;
}

bool StreamedItems::MayEndIn(RawJson output) const {
  std::vector<const Item*> left;
  for (const Item& item : items_) left.push_back(&item);
  int64_t place = 0;
  bool agrees = true;
  const bool listed = EachElement(output, [&](RawJson raw) {
    const JsonText id = TextIn(ReadItem(raw).id);
    const auto told = std::find_if(left.begin(), left.end(), [&](const Item* item) {
      return item->index >= 0 ? item->index == place : item->id == id;
    });
    ++place;
    if (told == left.end()) {
      agrees = agrees && items_.empty();
      return;
    }
    agrees = agrees && Agrees(**told, raw);
    left.erase(told);
  });
  return listed && agrees && left.empty();
}

}  // namespace banto::api::openai
