#include "proxy/routing/nearest_models.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "conf/edit_distance.h"
#include "proxy/api/engine_traits.h"
#include "proxy/base/ascii.h"
#include "proxy/http/short_text.h"

namespace banto {
namespace {

constexpr size_t kShownMax = 3;
constexpr size_t kNameBytesMax = 128;
// Limit of letter pairs compared per answer: half a millisecond, 200 names of 36 letters.
constexpr size_t kPairsMax = 256 * 1024;

// Of models and of [[models]] entries.
std::vector<std::string_view> NamesToAskFor(const Snapshot& snapshot, bool ollama) {
  std::vector<std::string_view> names;
  for (const auto& [name, group] : ollama ? snapshot.ollama_models : snapshot.models)
    names.push_back(name);
  for (const ModelRoute& rule : snapshot.rules)
    if (!rule.settings.name.ends_with('*')) names.push_back(rule.settings.name);
  return names;
}

// Which workers have an empty list.
std::string NobodyListsAny(const Snapshot& snapshot, bool ollama) {
  std::string_view only;
  size_t listing = 0;
  for (const upstream::WorkerPtr& worker : snapshot.workers) {
    const api::EngineTraits& traits = api::TraitsOf(worker->kind);
    if (traits.is_application || (ollama && !traits.has_ollama_api)) continue;
    only = worker->name();
    ++listing;
  }
  if (listing == 0) return {};
  if (listing > 1) return " None of the workers lists any model.";
  return " The only worker for it, '" + std::string(only) + "', lists no models.";
}

}  // namespace

std::string NearestModels(const Snapshot& snapshot, bool ollama, std::string_view asked) {
  // Case is the most common typo, and ignored here.
  const std::string wanted = base::Lowered(asked.substr(0, kNameBytesMax));
  const std::vector<std::string_view> known = NamesToAskFor(snapshot, ollama);
  if (known.empty()) return NobodyListsAny(snapshot, ollama);
  std::vector<std::pair<int, std::string_view>> names;
  size_t pairs = 0;
  for (const std::string_view name : known) {
    if (name.size() > kNameBytesMax) continue;
    pairs += (name.size() + 1) * (wanted.size() + 1);
    if (pairs > kPairsMax) break;
    names.emplace_back(conf::EditDistance(wanted, base::Lowered(name)), name);
  }
  if (names.empty()) return {};
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  std::string text = " Nearest known: ";
  for (size_t i = 0; i < std::min(names.size(), kShownMax); ++i) {
    text.append(i > 0 ? ", '" : "'").append(names[i].second).append("'");
  }
  return text + ".";
}

std::string SomeModels(const GroupsByModel& models) {
  constexpr size_t kNamedMax = 5;
  std::vector<std::string_view> names;
  for (const auto& [name, group] : models) names.push_back(name);
  const size_t shown = std::min(names.size(), kNamedMax);
  std::partial_sort(names.begin(), names.begin() + static_cast<ptrdiff_t>(shown), names.end());
  std::string text;
  for (size_t i = 0; i < shown; ++i)
    text += (i > 0 ? ", '" : "'") + http::Shortened(names[i]) + "'";
  if (text.empty()) return " No worker lists any.";
  return " Several are served here: " + text + (names.size() > shown ? ", …." : ".");
}

}  // namespace banto
