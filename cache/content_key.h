// The role of a member of a message, or of a part of one, by its name. Pure.
#ifndef BANTO_CACHE_CONTENT_KEY_H_
#define BANTO_CACHE_CONTENT_KEY_H_

#include <cstdint>
#include <string_view>

namespace banto::cache {

enum class ContentKey : uint8_t {
  kText,       // text that the model reads
  kLabel,      // describes the rest; not content
  kAside,      // ignored by engines
  kCall,       // a tool call made by the model: the client's data
  kInput,      // a tool's in Anthropic's API; text elsewhere
  kTools,      // descriptions of tools
  kId,         // identifies what is here, or replaces it
  kReference,  // an address, a file or the id of a stored picture: never the content
  kMedia,      // a picture or sound: the content, or its address
  kOther,      // content
};

// `key` is canonical, without its quotes.
ContentKey ContentKeyOf(std::string_view key);

}  // namespace banto::cache

#endif  // BANTO_CACHE_CONTENT_KEY_H_
