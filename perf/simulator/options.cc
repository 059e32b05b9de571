#include "perf/simulator/options.h"

#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "perf/common/flags.h"

namespace banto::perf {
namespace {

[[noreturn]] void Refuse(const std::string& why) {
  std::fprintf(stderr, "sim: %s\n", why.c_str());
  std::exit(2);
}

std::vector<std::string> Split(const std::string& list) {
  std::vector<std::string> words;
  for (size_t from = 0; from <= list.size();) {
    const size_t to = std::min(list.find(',', from), list.size());
    if (to > from) words.push_back(list.substr(from, to - from));
    from = to + 1;
  }
  return words;
}

conf::Policy FindPolicy(const std::string& name) {
#define BANTO_POLICY(policy, text) \
  if (name == (text)) return conf::Policy::k##policy;
  BANTO_POLICIES(BANTO_POLICY)
#undef BANTO_POLICY
  Refuse("no such policy: " + name + " (" + std::string(conf::kPolicyChoices) + ")");
}

// "h100-8b" or, half as fast, "h100-8b:2".
EngineCosts FindEngine(const std::string& word, int64_t kv_tokens) {
  const size_t colon = word.find(':');
  const EngineCosts* const named = FindEngineCosts(word.substr(0, colon));
  if (named == nullptr) {
    Refuse("no such engine: " + word + " (" + std::string(EngineCostsNames()) + ")");
  }
  EngineCosts costs = *named;
  if (colon != std::string::npos) costs.factor = std::atof(word.c_str() + colon + 1);
  if (costs.factor <= 0) Refuse("not a factor: " + word);
  if (kv_tokens > 0) costs.kv_tokens = kv_tokens;
  return costs;
}

}  // namespace

std::vector<EngineCosts> SimulatorOptions::Fleet(int64_t count) const {
  std::vector<EngineCosts> fleet;
  for (size_t i = 0; i < static_cast<size_t>(count); ++i) {
    fleet.push_back(engines[i % engines.size()]);
  }
  return fleet;
}

SimulatorOptions ParseSimulatorOptions(int argc, char** argv) {
  SimulatorOptions options;
  std::string policies = "least_loaded,least_requests,round_robin", engines = "h100-8b";
  int64_t kv_tokens = 0, seed = 1;
  Flags flags(
      "sim: replays a log of requests against simulated engines, with banto's own balancing, and "
      "prints a table (perf/README.md).");
  flags.Add("trace", &options.trace,
            "banto's access log in JSON, Mooncake's JSON lines, or Azure's table");
  flags.Add("workers", &options.workers, "engines");
  flags.Add("policy", &policies, "one or several of " + std::string(conf::kPolicyChoices));
  flags.Add("profile", &engines,
            "engines in turn, with a factor of their times: h100-8b,h100-8b:2; " +
                std::string(EngineCostsNames()));
  flags.Add("kv", &kv_tokens, "tokens that an engine's memory holds; 0 is as its profile");
  flags.Add("assumed-kv", &options.assumed_kv,
            "tokens that the balancing takes a memory to hold; 0 is what it holds");
  flags.Add("rate", &options.wishes.rate, "2: with half the gaps");
  flags.Add("limit", &options.wishes.limit, "requests, the first ones; 0 is all");
  flags.Add("more", &options.more, "tells what so many more engines would bring; 0: does not");
  flags.Add("seed", &seed, "of what is drawn: moments within a log's coarse times");
  flags.Parse(argc, argv);
  if (options.trace.empty()) Refuse("--trace FILE is needed (--help tells the rest)");
  if (options.workers < 1 || options.more < 0 || options.assumed_kv < 0 ||
      options.wishes.rate <= 0) {
    Refuse("--workers and --rate are more than 0, --more and --assumed-kv are not less");
  }
  options.wishes.seed = static_cast<uint64_t>(seed);
  for (const std::string& name : Split(policies)) {
    options.policies.emplace_back(name, FindPolicy(name));
  }
  for (const std::string& word : Split(engines)) {
    options.engines.push_back(FindEngine(word, kv_tokens));
  }
  if (options.policies.empty() || options.engines.empty()) Refuse("nothing to simulate");
  return options;
}

}  // namespace banto::perf
