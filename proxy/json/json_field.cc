#include "proxy/json/json_field.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "proxy/base/ascii.h"
#include "proxy/base/perfect_slots.h"

namespace banto::json {
namespace {

constexpr std::array<std::string_view, kJsonFieldCount> kNames = {
    "",
    "model",
    "name",
    "messages",
    "prompt",
    "input",
    "stream",
    "stream_options",
    "temperature",
    "seed",
    "n",
    "max_tokens",
    "max_completion_tokens",
    "options",
    "keep_alive",
    "encoding_format",
    "context",
    "tools",
    "functions",
    "documents",
    "response_format",
    "metadata",
    "audio_data",
    "image_data",
    "video_data",
    "cache_prompt",
    "custom_labels",
    "data_parallel_rank",
    "extra_key",
    "id_slot",
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
    "user",
    "_debug_render_only",
    "background",
    "container",
    "conversation",
    "kv_transfer_params",
    "moderation",
    "session_id",
    "session_params",
    "previous_response_id",
    "web_search_options",
};
static_assert(!kNames.back().empty(), "every field has a name");

// The first eight bytes of `name` in JsonKeyHead's layout.
constexpr uint64_t HeadOf(std::string_view name) {
  uint64_t head = 0;
  for (size_t i = 0; i < 8; ++i) {
    head = (head << 8) | (i < name.size() ? static_cast<unsigned char>(name[i]) : 0U);
  }
  return head;
}

// Lower-cased first eight bytes and the size: unique among the names.
constexpr uint64_t KeyOf(uint64_t head, size_t size) { return (head | 0x2020202020202020U) + size; }

// From number 1 on, so that a key's number is its field.
constexpr std::array<uint64_t, kJsonFieldCount - 1> KeysOfNames() {
  std::array<uint64_t, kJsonFieldCount - 1> keys{};
  for (size_t i = 0; i < keys.size(); ++i) {
    keys[i] = KeyOf(HeadOf(kNames[i + 1]), kNames[i + 1].size());
  }
  return keys;
}
constexpr auto kSlots = base::MakePerfectSlots<8>(KeysOfNames());

constexpr std::array<uint64_t, kJsonFieldCount> MakeHeads() {
  std::array<uint64_t, kJsonFieldCount> heads{};
  for (size_t i = 0; i < heads.size(); ++i) heads[i] = HeadOf(kNames[i]);
  return heads;
}
constexpr std::array<uint64_t, kJsonFieldCount> kHeads = MakeHeads();

// Whether a key with the name's length and head is the name. Comparing the last eight bytes settles
// most keys without a call.
inline bool SameTail(std::string_view key, std::string_view name) {
  if (key.size() <= 8) return true;
  const size_t last = key.size() - 8;
  return std::memcmp(key.data() + last, name.data() + last, 8) == 0 &&
         (key.size() <= 16 || key.substr(8) == name.substr(8));
}

bool EqualsFolded(std::string_view key, std::string_view lower) {
  return std::equal(key.begin(), key.end(), lower.begin(), base::IsCaseOf);
}

}  // namespace

std::string_view JsonFieldName(JsonField field) { return kNames[static_cast<size_t>(field)]; }

JsonFieldMatch MatchJsonField(std::string_view key, uint64_t head) {
  const size_t i = kSlots.Find(KeyOf(head, key.size()));
  const std::string_view name = kNames[i];
  if (i == 0 || name.size() != key.size()) return {};
  if (head == kHeads[i] && SameTail(key, name)) return {static_cast<JsonField>(i), true};
  if (EqualsFolded(key, name)) return {static_cast<JsonField>(i), false};
  return {};
}

}  // namespace banto::json
