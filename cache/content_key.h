// What the members of a message or of a part of one are for, by their names. Pure.
#ifndef BANTO_CACHE_CONTENT_KEY_H_
#define BANTO_CACHE_CONTENT_KEY_H_

#include <cstdint>
#include <string_view>

namespace banto::cache {

enum class ContentKey : uint8_t {
  kText,       // the model reads it as it stands
  kLabel,      // says what the rest is; content it is not
  kAside,      // nobody reads it
  kCall,       // what the model asked of a tool: the client's data
  kInput,      // a tool's, in Anthropic's API; text elsewhere
  kTools,      // descriptions of tools
  kId,         // a name for what is here, or instead of it
  kReference,  // an address, a file or a stored picture's id: never the content
  kMedia,      // a picture or sound: the content, or its address
  kOther,      // content
};

// `key` is canonical, without its quotes.
ContentKey ContentKeyOf(std::string_view key);

}  // namespace banto::cache

#endif  // BANTO_CACHE_CONTENT_KEY_H_
