#include "cache/key_fields.h"

#include <algorithm>

#include "cache/live_content.h"
#include "cache/remote_content.h"
#include "cache/tool_list.h"
#include "proxy/http/field_names.h"

namespace banto::cache {
namespace {

using json::JsonField;
using json::JsonFieldSet;
using json::JsonKind;
using json::JsonMember;
using json::JsonScan;

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

const char* BypassReasonOf(const JsonScan& scan, const api::Dialect& dialect,
                           std::span<const std::string> more) {
  if (scan.status() != json::JsonStatus::kOk) return json::JsonStatusName(scan.status());
  if (!scan.canonical()) return "not_canonical";  // the caller's mistake
  if (dialect.opaque) return nullptr;             // its members are unknown to us
  if (const char* const reason = StatefulMember(scan)) return reason;
  if (HasRemoteContent(scan)) return "remote_content";
  if (!more.empty() && HasMemberOf(scan, more)) return "bypass_fields";
  if (const char* const reason = LiveReason(scan)) return reason;
  return dialect.bypass_reason == nullptr ? nullptr : dialect.bypass_reason(scan);
}

}  // namespace banto::cache
