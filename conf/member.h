// The member of config.h that a key of the schema sets, as a typed pointer. Pure; any thread.
#ifndef BANTO_CONF_MEMBER_H_
#define BANTO_CONF_MEMBER_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "conf/config.h"

namespace banto::conf {

// The structs being filled; the others than `config` are set only while one is read.
struct Parts {
  Config* config = nullptr;
  Worker* worker = nullptr;
  Route* route = nullptr;
  AccessKey* key = nullptr;
  ModelRule* model = nullptr;
  Price* price = nullptr;
};

using Headers = std::vector<std::pair<std::string, std::string>>;
using Member =
    std::variant<bool*, int*, int64_t*, uint64_t*, std::string*, std::vector<std::string>*,
                 std::optional<bool>*, Headers*, api::WorkerKind*, Policy*, Scope*, Translate*,
                 Ask*, Log::Level*, Log::Format*, net::Url*, std::optional<net::Url>*,
                 std::vector<net::Network>*, RouteCache*, SecretDigest*, double*, ModelChoice*,
                 std::vector<ModelChoice>*, JsonMembers*, std::vector<SplitChoice>*, ModelMirror*,
                 std::optional<Price>*, ModelCache*, ModelTimeouts*>;

template <typename Part>
Part& PartOf(const Parts& parts) {
  if constexpr (std::is_same_v<Part, Config>) return *parts.config;
  if constexpr (std::is_same_v<Part, Balance>) return parts.config->balance;
  if constexpr (std::is_same_v<Part, Health>) return parts.config->health;
  if constexpr (std::is_same_v<Part, Timeouts>) return parts.config->timeouts;
  if constexpr (std::is_same_v<Part, Limits>) return parts.config->limits;
  if constexpr (std::is_same_v<Part, Cache>) return parts.config->cache;
  if constexpr (std::is_same_v<Part, Cors>) return parts.config->cors;
  if constexpr (std::is_same_v<Part, Admin>) return parts.config->admin;
  if constexpr (std::is_same_v<Part, Log>) return parts.config->log;
  if constexpr (std::is_same_v<Part, Worker>) return *parts.worker;
  if constexpr (std::is_same_v<Part, Route>) return *parts.route;
  if constexpr (std::is_same_v<Part, RouteCache>) return parts.route->cache;
  if constexpr (std::is_same_v<Part, AccessKey>) return *parts.key;
  if constexpr (std::is_same_v<Part, ModelRule>) return *parts.model;
  if constexpr (std::is_same_v<Part, ModelMirror>) return parts.model->mirror;
  if constexpr (std::is_same_v<Part, ModelCache>) return parts.model->cache;
  if constexpr (std::is_same_v<Part, ModelTimeouts>) return parts.model->own_timeouts;
  if constexpr (std::is_same_v<Part, Price>) return *parts.price;
}

// The section that a struct is read from.
template <typename Part>
constexpr std::string_view SectionOf() {
  if constexpr (std::is_same_v<Part, Config>) return "";
  if constexpr (std::is_same_v<Part, Balance>) return "balance";
  if constexpr (std::is_same_v<Part, Health>) return "health";
  if constexpr (std::is_same_v<Part, Timeouts>) return "timeouts";
  if constexpr (std::is_same_v<Part, Limits>) return "limits";
  if constexpr (std::is_same_v<Part, Cache>) return "cache";
  if constexpr (std::is_same_v<Part, Cors>) return "cors";
  if constexpr (std::is_same_v<Part, Admin>) return "admin";
  if constexpr (std::is_same_v<Part, Log>) return "log";
  if constexpr (std::is_same_v<Part, Worker>) return "workers";
  if constexpr (std::is_same_v<Part, Route>) return "routes";
  if constexpr (std::is_same_v<Part, RouteCache>) return "routes.cache";
  if constexpr (std::is_same_v<Part, AccessKey>) return "keys";
  if constexpr (std::is_same_v<Part, ModelRule>) return "models";
  if constexpr (std::is_same_v<Part, ModelMirror>) return "models.mirror";
  if constexpr (std::is_same_v<Part, ModelCache>) return "models.cache";
  if constexpr (std::is_same_v<Part, ModelTimeouts>) return "models.timeouts";
  if constexpr (std::is_same_v<Part, Price>) return "models.price";
}

template <typename Part, typename Value>
std::pair<std::type_identity<Part>, std::type_identity<Value>> TypesOf(Value Part::*);
template <auto kMember>
using OwnerOf = typename decltype(TypesOf(kMember))::first_type::type;
template <auto kMember>
using ValueOf = typename decltype(TypesOf(kMember))::second_type::type;

// A column of the schema's row: Fills<&Limits::headers_max>.
template <auto kMember>
Member Fills(const Parts& parts) {
  return &(PartOf<OwnerOf<kMember>>(parts).*kMember);
}

// Both must be the member of the same row.
inline bool SameValue(const Member& a, const Member& b) {
  return std::visit([&b](auto* value) { return *value == *std::get<decltype(value)>(b); }, a);
}

}  // namespace banto::conf

#endif  // BANTO_CONF_MEMBER_H_
