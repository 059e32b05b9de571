// A client's JSON body with a member of ours: how we ask a worker for more than the client did
// (usage_wish.h, stream_wish.h). Pure.
#ifndef BANTO_PROXY_FETCH_ADDED_MEMBER_H_
#define BANTO_PROXY_FETCH_ADDED_MEMBER_H_

#include <cstddef>
#include <string>
#include <string_view>

namespace banto {

// Where it goes: in the place of a value that is there, or of nothing, before the first member.
struct MemberSpot {
  size_t at = 0, size = 0;
};

inline std::string WithMember(std::string_view body, MemberSpot spot, std::string_view name,
                              std::string_view value) {
  constexpr size_t kPunctuation = 4;
  std::string with;
  with.reserve(body.size() + name.size() + value.size() + kPunctuation);
  with.append(body.substr(0, spot.at));
  if (spot.size == 0) with.append("\"").append(name).append("\":");
  with.append(value);
  if (spot.size == 0) with.append(",");
  return with.append(body.substr(spot.at + spot.size));
}

}  // namespace banto

#endif  // BANTO_PROXY_FETCH_ADDED_MEMBER_H_
