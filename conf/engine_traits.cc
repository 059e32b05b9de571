#include "conf/engine_traits.h"

#include <algorithm>
#include <array>

namespace banto::conf {
namespace {

// In the order of the enum. From the engines' sources: vllm/entrypoints/openai/cli_args.py
// (allowed_origins), sglang/srt/entrypoints/http_server.py, llama.cpp tools/server (Origin is
// echoed), llama_cpp/server/app.py, TGI and TEI router/src (AllowOrigin::any), ollama
// server/routes.go and envconfig (OLLAMA_ORIGINS).
constexpr std::array kTraits = {
    EngineTraits{WorkerKind::kAuto, OriginRule::kSilent},
    EngineTraits{WorkerKind::kVllm, OriginRule::kAny},
    EngineTraits{WorkerKind::kSglang, OriginRule::kAny},
    EngineTraits{WorkerKind::kLlamaCpp, OriginRule::kAny},
    EngineTraits{WorkerKind::kLlamaCppPython, OriginRule::kAny},
    EngineTraits{WorkerKind::kOllama, OriginRule::kOllama},
    EngineTraits{WorkerKind::kTgi, OriginRule::kAny},
    EngineTraits{WorkerKind::kTei, OriginRule::kAny},
    EngineTraits{WorkerKind::kOpenAi, OriginRule::kSilent},
    EngineTraits{WorkerKind::kHttp, OriginRule::kSilent},
};

constexpr bool InOrder() {
  for (size_t i = 0; i < kTraits.size(); ++i) {
    if (static_cast<size_t>(kTraits[i].kind) != i) return false;
  }
  return kTraits.size() == static_cast<size_t>(WorkerKind::kHttp) + 1;
}
static_assert(InOrder());

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

const EngineTraits& TraitsOf(WorkerKind kind) { return kTraits[static_cast<size_t>(kind)]; }

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

}  // namespace banto::conf
