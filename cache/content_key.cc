#include "cache/content_key.h"

#include <string>

#include "cache/name_words.h"

namespace banto::cache {
namespace {

struct Known {
  std::string_view key;
  ContentKey kind;
};

// Names in usual requests, most frequent first, to avoid splitting most names into words.
constexpr Known kKnown[] = {
    {"content", ContentKey::kText},
    {"role", ContentKey::kLabel},
    {"type", ContentKey::kLabel},
    {"text", ContentKey::kText},
    {"id", ContentKey::kId},
    {"function", ContentKey::kCall},
    {"tool_calls", ContentKey::kOther},
    {"tool_call_id", ContentKey::kLabel},
    {"tool_use_id", ContentKey::kLabel},
    {"call_id", ContentKey::kLabel},
    {"name", ContentKey::kLabel},
    {"input", ContentKey::kInput},
    {"output", ContentKey::kText},
    {"arguments", ContentKey::kCall},
    {"args", ContentKey::kCall},
    {"function_call", ContentKey::kCall},
    {"image_url", ContentKey::kReference},
    {"url", ContentKey::kReference},
    {"detail", ContentKey::kLabel},
    {"source", ContentKey::kOther},
    {"data", ContentKey::kOther},
    {"media_type", ContentKey::kLabel},
    {"input_audio", ContentKey::kOther},
    {"format", ContentKey::kLabel},
    {"cache_control", ContentKey::kAside},
    {"annotations", ContentKey::kAside},
    {"citations", ContentKey::kAside},
    {"metadata", ContentKey::kAside},
    {"logprobs", ContentKey::kAside},
    {"refusal", ContentKey::kText},
    {"reasoning", ContentKey::kText},
    {"reasoning_content", ContentKey::kText},
    {"thinking", ContentKey::kText},
    {"transcript", ContentKey::kText},
    {"prompt", ContentKey::kText},
    {"context", ContentKey::kText},
    {"summary", ContentKey::kText},
    {"status", ContentKey::kLabel},
    {"title", ContentKey::kLabel},
    {"filename", ContentKey::kLabel},
    {"file_name", ContentKey::kLabel},
    {"fileName", ContentKey::kLabel},
    {"mime_type", ContentKey::kLabel},
    {"mimeType", ContentKey::kLabel},
    {"mediaType", ContentKey::kLabel},
    {"content_type", ContentKey::kLabel},
    {"contentType", ContentKey::kLabel},
    {"tool_name", ContentKey::kLabel},
    {"tools", ContentKey::kTools},
    {"functions", ContentKey::kTools},
    {"phase", ContentKey::kLabel},
    {"file_data", ContentKey::kOther},
};

// Without a leading blank, to match imageurl.
constexpr std::string_view kAddresses[] = {"url ",         "uri ",         "urls ",   "uris ",
                                           " path ",       " file ",       " files ", "fileid ",
                                           " attachment ", " attachments "};
constexpr std::string_view kIds[] = {" id ",  " ids ",  " uuid ",      " uuids ",      " guid ",
                                     " ref ", " refs ", " reference ", " references ", " handle "};
constexpr std::string_view kMedia[] = {" image ", " images ", " video ",   " videos ",
                                       " audio ", " audios ", " picture ", " pictures ",
                                       " photo ", " media ",  " frames "};
constexpr std::string_view kStored[] = {" file",  " attach", " image",   " video", " audio",
                                        " media", " asset",  " picture", " photo", " document",
                                        " blob",  " object", " artifact"};

}  // namespace

ContentKey ContentKeyOf(std::string_view key) {
  for (const Known& known : kKnown) {
    if (known.key == key) return known.kind;
  }
  // The last words decide; more of a long name is not worth the cost.
  constexpr size_t kTail = 48;
  const std::string words = WordsOf(key.substr(key.size() > kTail ? key.size() - kTail : 0));
  if (EndsInAny(words, kAddresses)) return ContentKey::kReference;
  if (EndsInAny(words, kIds)) {
    return HasAny(words, kStored) ? ContentKey::kReference : ContentKey::kId;
  }
  return EndsInAny(words, kMedia) ? ContentKey::kMedia : ContentKey::kOther;
}

}  // namespace banto::cache
