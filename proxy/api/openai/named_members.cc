#include "proxy/api/openai/named_members.h"

#include "proxy/json/json_cursor.h"

namespace banto::api::openai {

bool ReadMembers(RawJson object, std::initializer_list<NamedMember> members) {
  json::JsonCursor json(object);
  if (!json.EnterObject()) return false;
  for (std::string_view key; json.NextMember(&key);) {
    const RawJson value = json.Skip();
    if (value == "null") continue;
    for (const NamedMember& member : members) {
      if (member.name == key) *member.value = value;
    }
  }
  return json.Finish();
}

bool Says(RawJson value, std::string_view text) {
  return value.size() == text.size() + 2 && TextOf(value) == text;
}

}  // namespace banto::api::openai
