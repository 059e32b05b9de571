#include "perf/sim_worker/profile.h"

namespace banto::perf {

const Profile* FindProfile(std::string_view name) {
  for (const Profile* profile :
       {&kVllmProfile, &kLlamaCppProfile, &kOllamaProfile, &kTgiProfile, &kSglangProfile}) {
    if (profile->name == name) return profile;
  }
  return nullptr;
}

const ApiSpelling& SpellingOf(const Profile& profile, Api api) {
  static constexpr ApiSpelling kUnknown{};
  switch (api) {
    case Api::kChat:
      return profile.chat;
    case Api::kCompletion:
      return profile.completion;
    case Api::kOllamaChat:
      return profile.ollama_chat;
    case Api::kOllamaGenerate:
      return profile.ollama_generate;
    case Api::kMessages:
      return profile.messages;
    case Api::kNone:
      break;
  }
  return kUnknown;
}

}  // namespace banto::perf
