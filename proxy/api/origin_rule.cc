#include "proxy/api/origin_rule.h"

#include <algorithm>

namespace banto::api {
namespace {

bool TakePrefix(std::string_view prefix, std::string_view* text) {
  if (!text->starts_with(prefix)) return false;
  text->remove_prefix(prefix.size());
  return true;
}

// "" or ":11434".
bool IsPort(std::string_view text) {
  return text.empty() ||
         (text.size() > 1 && text[0] == ':' &&
          std::all_of(text.begin() + 1, text.end(), [](char c) { return c >= '0' && c <= '9'; }));
}

bool IsLocalToOllama(std::string_view origin) {
  for (const std::string_view shell :
       {"app://", "file://", "tauri://", "vscode-webview://", "vscode-file://"}) {
    if (origin.starts_with(shell)) return true;
  }
  if (!TakePrefix("http://", &origin) && !TakePrefix("https://", &origin)) return false;
  for (const std::string_view host : {"localhost", "127.0.0.1", "0.0.0.0"}) {
    if (TakePrefix(host, &origin)) return IsPort(origin);
  }
  return false;
}

}  // namespace

bool AllowsOrigin(OriginRule rule, std::string_view origin) {
  switch (rule) {
    case OriginRule::kAny:
      return true;
    case OriginRule::kOllama:
      return IsLocalToOllama(origin);
    case OriginRule::kSilent:
      return false;
  }
  return false;
}

}  // namespace banto::api
