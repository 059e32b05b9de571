#include "cache/key_fields.h"

#include <algorithm>
#include <array>

#include "cache/remote_content.h"

namespace banto::cache {
namespace {

using api::Family;
using http::JsonKind;
using http::JsonMember;
using http::JsonScan;

// `store` is here because only store: true means anything, and that bypasses. keep_alive,
// cache_prompt, rid and their like tell an engine how to work, not what to say.
constexpr std::array<std::string_view, 21> kOpenAiIgnored = {
    "cache_prompt",
    "custom_labels",
    "data_parallel_rank",
    "encoding_format",
    "extra_key",
    "id_slot",
    "keep_alive",
    "metadata",
    "priority",
    "prompt_cache_key",
    "prompt_cache_options",
    "prompt_cache_retention",
    "request_id",
    "rid",
    "routed_dp_rank",
    "safety_identifier",
    "service_tier",
    "store",
    "stream",
    "stream_options",
    "user",
};
static_assert(std::is_sorted(kOpenAiIgnored.begin(), kOpenAiIgnored.end()));

// Ollama's `options` stays whole: it holds num_ctx and seed beside num_thread.
constexpr std::array<std::string_view, 2> kOllamaIgnored = {"keep_alive", "stream"};
static_assert(std::is_sorted(kOllamaIgnored.begin(), kOllamaIgnored.end()));

// Members that bypass unless they are null or false. The reason is the name.
constexpr std::array<std::string_view, 11> kStateful = {
    "_debug_render_only", "background", "container",      "conversation", "kv_transfer_params",
    "moderation",         "session_id", "session_params", "store",        "previous_response_id",
    "web_search_options",
};

char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; }

// Go's decoder (Ollama) takes "Store" for "store": an odd spelling must not slip past.
bool IsNamed(std::string_view key, std::string_view lower) {
  return key.size() == lower.size() &&
         std::equal(key.begin(), key.end(), lower.begin(),
                    [](char c, char want) { return Lower(c) == want; });
}

bool IsOff(const JsonMember& member) {
  return member.kind == JsonKind::kNull || member.kind == JsonKind::kFalse;
}

// Absent, null, "", [] or {}.
bool IsEmpty(const JsonScan& scan, const JsonMember* member) {
  if (member == nullptr || member->kind == JsonKind::kNull) return true;
  const std::string_view value = scan.Canonical(*member);
  return value == "\"\"" || value == "[]" || value == "{}";
}

const JsonMember* FindFolded(const JsonScan& scan, std::string_view lower) {
  for (const JsonMember& member : scan.members()) {
    if (IsNamed(scan.CanonicalKey(member), lower)) return &member;
  }
  return nullptr;
}

// 0, "0", "0s", "0h0m": a duration of nothing, which unloads the model.
bool IsZeroDuration(std::string_view value) {
  return value.find('0') != value.npos && value.find_first_of("123456789") == value.npos;
}

const char* StatefulMember(const JsonScan& scan) {
  for (const JsonMember& member : scan.members()) {
    if (IsOff(member)) continue;
    const std::string_view key = scan.CanonicalKey(member);
    for (const std::string_view name : kStateful) {
      if (IsNamed(key, name)) return name.data();  // a literal, so it ends in a NUL
    }
    if (key.starts_with("bootstrap_")) return "bootstrap";
  }
  return nullptr;
}

// An empty prompt loads (or with keep_alive 0 unloads) a model; `context` is a conversation's
// state.
const char* OllamaReason(const JsonScan& scan) {
  const JsonMember* const keep_alive = FindFolded(scan, "keep_alive");
  if (keep_alive != nullptr && IsZeroDuration(scan.Canonical(*keep_alive)))
    return "keep_alive_zero";
  if (!IsEmpty(scan, FindFolded(scan, "context"))) return "context";
  for (const std::string_view prompt : {"messages", "prompt", "input"}) {
    if (!IsEmpty(scan, FindFolded(scan, prompt))) return nullptr;
  }
  return "empty_prompt";
}

const char* OpenAiReason(const JsonScan& scan) {
  // The Responses API's stored prompts: an id whose text lives on the server.
  const JsonMember* const prompt = scan.Find("prompt");
  if (prompt != nullptr && prompt->kind == JsonKind::kObject) return "prompt_template";
  const JsonMember* const tools = scan.Find("tools");
  if (tools != nullptr && HasServerTool(scan.Canonical(*tools))) return "server_tool";
  return nullptr;
}

}  // namespace

IgnoredFields IgnoredFieldsOf(Family family) {
  switch (family) {
    case Family::kOpenAi:
      return kOpenAiIgnored;
    case Family::kOllama:
      return kOllamaIgnored;
    case Family::kAnthropic:
    case Family::kPlain:
      break;
  }
  return {};
}

const char* BypassReasonOf(const JsonScan& scan, Family family) {
  if (scan.status() != http::JsonStatus::kOk) return http::JsonStatusName(scan.status());
  if (family == Family::kPlain) return nullptr;  // its fields are its own
  if (const char* const reason = StatefulMember(scan)) return reason;
  if (HasRemoteContent(scan)) return "remote_content";
  return family == Family::kOllama ? OllamaReason(scan) : OpenAiReason(scan);
}

}  // namespace banto::cache
