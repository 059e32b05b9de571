#include "cache/remote_content.h"

#include <cstring>

#include "cache/content_walk.h"
#include "proxy/http/field_names.h"
#include "proxy/http/message.h"
#include "proxy/json/json_pointing_key.h"

namespace banto::cache {
namespace {

using json::JsonField;
using json::JsonFieldSet;

// An image_url property in a tool's schema is a description, not a reference.
constexpr JsonFieldSet kDescriptions = {JsonField::kDocuments, JsonField::kFunctions,
                                        JsonField::kMetadata, JsonField::kResponseFormat,
                                        JsonField::kTools};

// SGLang's own API: each may be base64, a path or a URL, and they cannot be distinguished reliably.
constexpr JsonField kMediaMembers[] = {JsonField::kAudioData, JsonField::kImageData,
                                       JsonField::kVideoData};

// Whether a canonical value under such a key points outside. An object has its own `url`.
bool PointsOutside(std::string_view value) {
  if (value.starts_with('[')) return true;
  return value.starts_with('"') && !http::StartsWithNoCase(value.substr(1), "data:");
}

// In canonical text `":` always ends a key: within a string the quote would be escaped. The search
// is for colons because base64 contains none.
bool ValueHasRemote(std::string_view text) {
  const char* const end = text.data() + text.size();
  const char* at = text.data();
  while (at < end) {
    const void* const found = std::memchr(at, ':', static_cast<size_t>(end - at));
    if (found == nullptr) return false;
    const char* const colon = static_cast<const char*>(found);
    at = colon + 1;
    if (colon - text.data() < 4 || colon[-1] != '"') continue;
    const size_t before = static_cast<size_t>(colon - 1 - text.data());
    if (!json::IsPointingKey(colon - 1, before)) continue;
    if (PointsOutside({at, static_cast<size_t>(end - at)})) return true;
  }
  return false;
}

// What the model reads. A prompt that is an object is a stored one (key_fields.cc).
bool IsContent(const json::JsonMember& member, std::string_view key) {
  if (member.kind != json::JsonKind::kArray && member.kind != json::JsonKind::kObject) return false;
  if (member.field == JsonField::kPrompt) return member.kind == json::JsonKind::kArray;
  if (member.field == JsonField::kMessages || member.field == JsonField::kInput) return true;
  return member.field == JsonField::kOther &&
         (key == "system" || key == "contents" || key == "inputs" || key == "content");
}

// `image`, `images`, `videos` next to a prompt.
bool IsMedia(const json::JsonMember& member, std::string_view key) {
  return member.field == JsonField::kOther && member.kind >= json::JsonKind::kString &&
         ContentKeyOf(key) == ContentKey::kMedia;
}

// Infinity: the strings of `input` are then addresses of pictures or sounds.
bool InputIsMedia(const json::JsonScan& scan) {
  if (!scan.fields().Has(JsonField::kInput)) return false;
  const auto members = scan.members();
  return std::any_of(members.begin(), members.end(), [&scan](const json::JsonMember& member) {
    return member.field == JsonField::kOther && member.kind == json::JsonKind::kString &&
           http::EqualsNoCase(scan.CanonicalKey(member), "modality") &&
           !http::EqualsNoCase(scan.Canonical(member), "\"text\"");
  });
}

}  // namespace

bool HasRemoteContent(const json::JsonScan& scan) {
  for (const JsonField field : kMediaMembers) {
    const json::JsonMember* const media = scan.Find(field);
    if (media != nullptr && media->kind != json::JsonKind::kNull) return true;
  }
  const bool input_is_media = InputIsMedia(scan);
  // Beside a question documents are quoted; alone they are what is ranked, pictures too.
  const bool ranks = !scan.fields().Meets({JsonField::kMessages, JsonField::kPrompt});
  for (const json::JsonMember& member : scan.members()) {
    const bool ranked = ranks && member.field == JsonField::kDocuments;
    if (member.exact && kDescriptions.Has(member.field) && !ranked) continue;
    const std::string_view value = scan.Canonical(member);
    const std::string_view key = scan.CanonicalKey(member);
    if (input_is_media && member.field == JsonField::kInput &&
        NamesElsewhere(ContentKey::kMedia, value)) {
      return true;
    }
    if (ranked || IsContent(member, key)) {
      // Without an object it is texts or tokens.
      if (value.find('{') == value.npos) continue;
      if (NamesElsewhere(ContentKey::kText, value)) return true;
    } else if (IsMedia(member, key) && NamesElsewhere(ContentKey::kMedia, value)) {
      return true;
    } else if (scan.has_pointing_key()) {
      // In canonical text a quote follows each key.
      const bool points = json::IsPointingKey(key.data() + key.size(), key.size());
      if ((points && PointsOutside(value)) || ValueHasRemote(value)) return true;
    }
  }
  return false;
}

}  // namespace banto::cache
