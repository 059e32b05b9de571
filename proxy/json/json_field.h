// The top-level members that are looked up, as numbers: the scan recognises each key once, so that
// finding a known member is an array access. Pure; any thread.
#ifndef BANTO_PROXY_JSON_JSON_FIELD_H_
#define BANTO_PROXY_JSON_JSON_FIELD_H_

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string_view>

namespace banto::json {

// In the order of the names in json_field.cc.
enum class JsonField : uint8_t {
  kOther,  // a name that is never looked up
  kModel,
  kName,
  kMessages,
  kPrompt,
  kInput,
  kStream,
  kStreamOptions,
  kTemperature,
  kSeed,
  kN,
  kMaxTokens,
  kMaxCompletionTokens,
  kOptions,
  kKeepAlive,
  kEncodingFormat,
  kContext,
  kTools,
  kFunctions,
  kDocuments,
  kResponseFormat,
  kMetadata,
  kAudioData,
  kImageData,
  kVideoData,
  kCachePrompt,
  kCustomLabels,
  kDataParallelRank,
  kExtraKey,
  kIdSlot,
  kPriority,
  kPromptCacheKey,
  kPromptCacheOptions,
  kPromptCacheRetention,
  kRequestId,
  kRid,
  kRoutedDpRank,
  kSafetyIdentifier,
  kServiceTier,
  kStore,
  kUser,
  kDebugRenderOnly,
  kBackground,
  kContainer,
  kConversation,
  kKvTransferParams,
  kModeration,
  kSessionId,
  kSessionParams,
  kPreviousResponseId,
  kWebSearchOptions,
  kCount,
};
inline constexpr size_t kJsonFieldCount = static_cast<size_t>(JsonField::kCount);
static_assert(kJsonFieldCount <= 64, "a JsonFieldSet is one word");

// NUL-terminated; "" for kOther.
std::string_view JsonFieldName(JsonField field);

// The result of matching a key. Go's decoder (Ollama) accepts "Store" for "store", so a name in
// another case matches too, but is flagged.
struct JsonFieldMatch {
  JsonField field = JsonField::kOther;
  bool exact = false;
};
// `head` must be JsonKeyHead(key), which the scan has at hand.
JsonFieldMatch MatchJsonField(std::string_view key, uint64_t head);

class JsonFieldSet {
 public:
  constexpr JsonFieldSet() = default;
  constexpr JsonFieldSet(std::initializer_list<JsonField> fields) {
    for (const JsonField field : fields) Add(field);
  }

  constexpr void Add(JsonField field) { bits_ |= uint64_t{1} << static_cast<unsigned>(field); }
  constexpr bool Has(JsonField field) const {
    return ((bits_ >> static_cast<unsigned>(field)) & 1U) != 0;
  }
  constexpr bool Meets(JsonFieldSet other) const { return (bits_ & other.bits_) != 0; }

 private:
  uint64_t bits_ = 0;
};

}  // namespace banto::json

#endif  // BANTO_PROXY_JSON_JSON_FIELD_H_
