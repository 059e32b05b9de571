#include "cache/key_fields.h"

#include <algorithm>

#include "cache/live_content.h"
#include "cache/remote_content.h"
#include "cache/tool_list.h"
#include "proxy/http/field_names.h"

namespace banto::cache {
namespace {

using api::Family;
using json::JsonField;
using json::JsonFieldSet;
using json::JsonKind;
using json::JsonMember;
using json::JsonScan;

// `store` is listed because only store: true has an effect, and that bypasses. keep_alive,
// cache_prompt, rid and the like tell an engine how to work, not what to answer.
constexpr JsonFieldSet kOpenAiIgnored = {
    JsonField::kCachePrompt,
    JsonField::kCustomLabels,
    JsonField::kDataParallelRank,
    JsonField::kEncodingFormat,
    JsonField::kExtraKey,
    JsonField::kIdSlot,
    JsonField::kKeepAlive,
    JsonField::kMetadata,
    JsonField::kPriority,
    JsonField::kPromptCacheKey,
    JsonField::kPromptCacheOptions,
    JsonField::kPromptCacheRetention,
    JsonField::kRequestId,
    JsonField::kRid,
    JsonField::kRoutedDpRank,
    JsonField::kSafetyIdentifier,
    JsonField::kServiceTier,
    JsonField::kStore,
    JsonField::kStream,
    JsonField::kStreamOptions,
    JsonField::kUser,
};

// Ollama's `options` counts as a unit: it holds num_ctx and seed besides num_thread.
constexpr JsonFieldSet kOllamaIgnored = {JsonField::kKeepAlive, JsonField::kStream};

// Members that bypass unless they are null or false. The name is the reason.
constexpr JsonFieldSet kStateful = {
    JsonField::kDebugRenderOnly,    JsonField::kBackground,       JsonField::kContainer,
    JsonField::kConversation,       JsonField::kKvTransferParams, JsonField::kModeration,
    JsonField::kSessionId,          JsonField::kSessionParams,    JsonField::kStore,
    JsonField::kPreviousResponseId, JsonField::kWebSearchOptions,
};

bool IsOff(const JsonMember& member) {
  return member.kind == JsonKind::kNull || member.kind == JsonKind::kFalse;
}

// Absent, null, "", [] or {}.
bool IsEmpty(const JsonScan& scan, const JsonMember* member) {
  if (member == nullptr || member->kind == JsonKind::kNull) return true;
  const std::string_view value = scan.Canonical(*member);
  return value == "\"\"" || value == "[]" || value == "{}";
}

// Ignores case: Go's decoder (Ollama) accepts "Keep_Alive" for "keep_alive".
const JsonMember* FindFolded(const JsonScan& scan, JsonField field) {
  if (!scan.fields().Has(field)) return nullptr;
  for (const JsonMember& member : scan.members()) {
    if (member.field == field) return &member;
  }
  return nullptr;
}

// 0, "0", "0s", "0h0m": a zero duration, which unloads the model.
bool IsZeroDuration(std::string_view value) {
  return value.find('0') != value.npos && value.find_first_of("123456789") == value.npos;
}

// Ignores case, so that an odd spelling does not slip through.
const char* StatefulMember(const JsonScan& scan) {
  for (const JsonMember& member : scan.members()) {
    if (IsOff(member)) continue;
    if (kStateful.Has(member.field)) return json::JsonFieldName(member.field).data();
    if (member.field == JsonField::kOther && scan.CanonicalKey(member).starts_with("bootstrap_")) {
      return "bootstrap";
    }
  }
  return nullptr;
}

// An empty prompt loads (or with keep_alive 0 unloads) a model; `context` is a conversation's
// state.
const char* OllamaReason(const JsonScan& scan) {
  const JsonMember* const keep_alive = FindFolded(scan, JsonField::kKeepAlive);
  if (keep_alive != nullptr && IsZeroDuration(scan.Canonical(*keep_alive)))
    return "keep_alive_zero";
  if (!IsEmpty(scan, FindFolded(scan, JsonField::kContext))) return "context";
  for (const JsonField prompt : {JsonField::kMessages, JsonField::kPrompt, JsonField::kInput}) {
    if (!IsEmpty(scan, FindFolded(scan, prompt))) return nullptr;
  }
  return "empty_prompt";
}

const char* OpenAiReason(const JsonScan& scan) {
  // The Responses API's stored prompts: an id whose text is on the server.
  const JsonMember* const prompt = scan.Find(JsonField::kPrompt);
  if (prompt != nullptr && prompt->kind == JsonKind::kObject) return "prompt_template";
  return nullptr;
}

// Ignores case, and checks every occurrence, so that an odd spelling does not slip through.
const char* LiveReason(const JsonScan& scan) {
  if (HasLiveMember(scan)) return "live_content";
  // A model that embeds texts does not search.
  const bool asks = scan.fields().Meets({JsonField::kMessages, JsonField::kPrompt});
  for (const JsonMember& member : scan.members()) {
    const std::string_view value = scan.Canonical(member);
    if (member.field == JsonField::kTools && HasServerTool(value)) return "server_tool";
    if (member.field == JsonField::kFunctions && HasServerFunction(value)) return "server_tool";
    if (asks && member.field == JsonField::kModel && IsLiveModel(value)) return "live_model";
  }
  return nullptr;
}

bool HasMemberOf(const JsonScan& scan, std::span<const std::string> names) {
  const auto members = scan.members();
  return std::any_of(members.begin(), members.end(), [&](const JsonMember& member) {
    const std::string_view key = scan.CanonicalKey(member);
    return http::MatchesName(key, names) && !IsSwitchedOff(key, scan.Canonical(member));
  });
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

const char* BypassReasonOf(const JsonScan& scan, Family family, std::span<const std::string> more) {
  if (scan.status() != json::JsonStatus::kOk) return json::JsonStatusName(scan.status());
  if (!scan.canonical()) return "not_canonical";  // the caller's mistake
  if (family == Family::kPlain) return nullptr;   // its members are unknown to us
  if (const char* const reason = StatefulMember(scan)) return reason;
  if (HasRemoteContent(scan)) return "remote_content";
  if (!more.empty() && HasMemberOf(scan, more)) return "bypass_fields";
  if (const char* const reason = LiveReason(scan)) return reason;
  return family == Family::kOllama ? OllamaReason(scan) : OpenAiReason(scan);
}

}  // namespace banto::cache
