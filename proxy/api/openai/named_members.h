// The members of one JSON object that a reader asks for by name, in whatever order they come. Pure.
#ifndef BANTO_PROXY_API_OPENAI_NAMED_MEMBERS_H_
#define BANTO_PROXY_API_OPENAI_NAMED_MEMBERS_H_

#include <initializer_list>
#include <string_view>

#include "proxy/api/json_text.h"

namespace banto::api::openai {

struct NamedMember {
  std::string_view name;
  RawJson* value;
};

// In one pass. A member that is null stays as it was, as if it were absent. False: no object, or
// not well-formed.
bool ReadMembers(RawJson object, std::initializer_list<NamedMember> members);

// Whether `value` is the string `text`.
bool Says(RawJson value, std::string_view text);

}  // namespace banto::api::openai

#endif  // BANTO_PROXY_API_OPENAI_NAMED_MEMBERS_H_
