// Requests whose answer depends on more than the request, because something is looked up for it: a
// search, a page, a file stored elsewhere. An hour later the same search may yield something else.
// Providers spell this in many ways and invent new ones, so a member is judged by the words of its
// name; exceptions that look nothing up (beam search) are listed here. Pure.
#ifndef BANTO_CACHE_LIVE_CONTENT_H_
#define BANTO_CACHE_LIVE_CONTENT_H_

#include <string_view>

#include "proxy/json/json_scan.h"

namespace banto::cache {

// Whether a member's name requests a search, the web, plugins, files or state stored by a provider.
bool IsLiveName(std::string_view name);

// Whether a member's canonical value switches off what its name requests: null, false, 0, "off", []
// or an object that says so. `name`: disable_search switches off by true.
bool IsSwitchedOff(std::string_view name, std::string_view value);

// "openai/gpt-4o:online", "sonar-pro", "gpt-4o-search-preview": models that search by themselves.
bool IsLiveModel(std::string_view model);

// Whether any member requests it, including those that have an id of their own.
bool HasLiveMember(const json::JsonScan& scan);

}  // namespace banto::cache

#endif  // BANTO_CACHE_LIVE_CONTENT_H_
