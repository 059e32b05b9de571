// The one text of a request for which its API would also take lists. Pure.
#ifndef BANTO_PROXY_API_OLLAMA_ONLY_TEXT_H_
#define BANTO_PROXY_API_OLLAMA_ONLY_TEXT_H_

#include <optional>

#include "proxy/api/json_text.h"
#include "proxy/json/json_cursor.h"

namespace banto::api::ollama {

// A raw string, alone or as the only one of a list; nullopt: there are more, or none.
inline std::optional<RawJson> OnlyText(RawJson value) {
  if (value.starts_with('"')) return value;
  json::JsonCursor json(value);
  if (!json.EnterArray() || !json.NextElement()) return std::nullopt;
  const RawJson first = json.Skip();
  if (json.NextElement() || !first.starts_with('"')) return std::nullopt;
  return first;
}

}  // namespace banto::api::ollama

#endif  // BANTO_PROXY_API_OLLAMA_ONLY_TEXT_H_
