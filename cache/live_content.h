// Requests whose answer depends on more than themselves because somebody looks things up for it: a
// search, a page, a file kept elsewhere. What the web said an hour ago is not today's answer.
// Providers spell the wish in many ways and find new ones, so a member is judged by the words of
// its name; what an engine calls so without looking anything up (beam search) is named here. Pure.
#ifndef BANTO_CACHE_LIVE_CONTENT_H_
#define BANTO_CACHE_LIVE_CONTENT_H_

#include <string_view>

#include "proxy/json/json_scan.h"

namespace banto::cache {

// Whether a member's name asks for a search, the web, plugins, files or stored state of a provider.
bool IsLiveName(std::string_view name);

// Whether a member's canonical value switches off what its name asks for: null, false, 0, "off", []
// or an object that says so. `name`: disable_search says so by true.
bool IsSwitchedOff(std::string_view name, std::string_view value);

// "openai/gpt-4o:online", "sonar-pro", "gpt-4o-search-preview": models that search by themselves.
bool IsLiveModel(std::string_view model);

// Whether any member asks for it, whatever its place in the list of names that we know.
bool HasLiveMember(const json::JsonScan& scan);

}  // namespace banto::cache

#endif  // BANTO_CACHE_LIVE_CONTENT_H_
