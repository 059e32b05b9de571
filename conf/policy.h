// The balancing policies: one row each. A policy is such a row and the file in proxy/upstream that
// defines its New<Name>(); the enum, the choices of the schema and the factories are made of the
// rows. (A macro, because declarations cannot be made of a constexpr table.)
#ifndef BANTO_CONF_POLICY_H_
#define BANTO_CONF_POLICY_H_

#include <cstdint>
#include <string_view>

#define BANTO_POLICIES(ROW)                                                       \
  /* the least estimated time to the first token */                               \
  ROW(LeastLoaded, "least_loaded")                                                \
  ROW(LeastRequests, "least_requests") /* fewest in-flight requests per weight */ \
  ROW(RoundRobin, "round_robin")       /* in turn, by weight */                   \
  ROW(Random, "random")                /* at random, by weight */

namespace banto::conf {

#define BANTO_POLICY(name, text) k##name,
enum class Policy : uint8_t { BANTO_POLICIES(BANTO_POLICY) };
#undef BANTO_POLICY

// "least_loaded | least_requests | …", as the schema writes choices.
#define BANTO_POLICY(name, text) " | " text
inline constexpr std::string_view kPolicyChoices =
    std::string_view(BANTO_POLICIES(BANTO_POLICY)).substr(std::string_view(" | ").size());
#undef BANTO_POLICY

}  // namespace banto::conf

#endif  // BANTO_CONF_POLICY_H_
