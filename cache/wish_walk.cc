#include "cache/wish_walk.h"

#include "cache/live_content.h"
#include "cache/name_words.h"
#include "cache/tool_list.h"
#include "proxy/http/message.h"
#include "proxy/json/json_cursor.h"

namespace banto::cache {
namespace {

// Suffixes. Without a leading blank, to match responseSchema, patternProperties, xmetadata.
constexpr std::string_view kClientsOwn[] = {
    "schema ",      "properties ",     " json ",       " format ",   " grammar ",  " definitions ",
    " defs ",       "metadata ",       " labels ",     " message ",  " messages ", " content ",
    " contents ",   " arguments ",     " args ",       " input ",    " inputs ",   " prompt ",
    " system ",     " history ",       " documents ",  " examples ", " example ",  " tool calls ",
    " toolcalls ",  " function call ", " logit bias ", " tags ",     " text ",     " texts ",
    " prediction ", " input extra "};

// Recursive: the scan bounds the depth (JsonScan::kDepthMax).
class WishWalk {
 public:
  WishWalk(std::string_view value, bool deep) : json_(value), deep_(deep) {}
  // Malformed values may request anything.
  bool Finds() {
    Value();
    return live_ || !json_.Finish();
  }

 private:
  void Value() {
    switch (json_.Peek()) {
      case '{':
        return Object();
      case '[':
        return Array();
      default:
        json_.Skip();
    }
  }

  void Object() {
    std::string_view name;
    if (!json_.EnterObject()) return;
    while (!live_ && json_.NextMember(&name)) Member(name);
  }

  void Array() {
    if (!json_.EnterArray()) return;
    while (!live_ && json_.NextElement()) Value();
  }

  void Member(std::string_view name) {
    if (http::EqualsNoCase(name, "tools")) {
      live_ = HasServerTool(json_.Skip());
    } else if (http::EqualsNoCase(name, "functions")) {
      live_ = HasServerFunction(json_.Skip());
    } else if (IsLiveName(name)) {
      live_ = !IsSwitchedOff(name, json_.Skip());
    } else if (deep_ && HoldsMore() && !IsClientsOwn(name)) {
      Value();
    } else {
      json_.Skip();
    }
  }

  bool HoldsMore() { return json_.Peek() == '{' || json_.Peek() == '['; }

  json::JsonCursor json_;
  const bool deep_;
  bool live_ = false;
};

}  // namespace

bool IsClientsOwn(std::string_view name) { return EndsInAny(WordsOf(name), kClientsOwn); }

bool HoldsLiveMember(std::string_view value) { return WishWalk(value, true).Finds(); }

bool HasLiveMemberItself(std::string_view value) {
  return value.starts_with('{') && WishWalk(value, false).Finds();
}

}  // namespace banto::cache
