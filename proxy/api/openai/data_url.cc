#include "proxy/api/openai/data_url.h"

namespace banto::api::openai {

void ReadImageUrl(JsonText url, TextStore* store, Part* image) {
  constexpr std::string_view kData = "data:", kBase64 = ";base64,";
  // Nothing in a data URL needs an escape, but some encoders write "\/".
  if (url.starts_with(kData) && url.find('\\') != url.npos) url = store->KeepEscaped(Plain(url));
  const size_t comma = url.find(kBase64);
  if (url.starts_with(kData) && comma != url.npos) {
    image->media_type = url.substr(kData.size(), comma - kData.size());
    image->media_type = image->media_type.substr(0, image->media_type.find(';'));  // parameters
    image->data = url.substr(comma + kBase64.size());
  } else {
    image->url = url;
  }
}

}  // namespace banto::api::openai
