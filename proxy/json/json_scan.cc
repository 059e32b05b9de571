#include "proxy/json/json_scan.h"

#include "proxy/json/json_scanner.h"

namespace banto::json {

const char* JsonStatusName(JsonStatus status) {
  switch (status) {
    case JsonStatus::kOk:
      return "ok";
    case JsonStatus::kNotObject:
      return "not_object";
    case JsonStatus::kMalformed:
      return "malformed";
    case JsonStatus::kBadUtf8:
      return "bad_utf8";
    case JsonStatus::kTooDeep:
      return "too_deep";
    case JsonStatus::kDuplicateKey:
      return "duplicate_key";
    case JsonStatus::kTooManyMembers:
      return "too_many_members";
  }
  return "unknown";
}

JsonScan::JsonScan() = default;
JsonScan::~JsonScan() = default;
JsonScan::JsonScan(JsonScan&& other) noexcept = default;
JsonScan& JsonScan::operator=(JsonScan&& other) noexcept = default;

JsonStatus JsonScan::Scan(std::string_view body, int depth_max) {
  canonical_ = true;
  if (Begin(body)) JsonScanner<true>(body, static_cast<size_t>(depth_max), this).Run();
  return status_;
}

JsonStatus JsonScan::ScanMembers(std::string_view body, int depth_max) {
  canonical_ = false;
  if (Begin(body)) JsonScanner<false>(body, static_cast<size_t>(depth_max), this).Run();
  return status_;
}

bool JsonScan::Begin(std::string_view body) {
  status_ = JsonStatus::kMalformed;
  has_pointing_key_ = false;
  error_at_ = 0;
  members_.Clear();
  sorted_.Clear();
  fields_ = exact_ = misspelt_ = {};
  if (body.size() > kBodyBytesMax) return false;
  if (work_ == nullptr) work_ = std::make_unique<JsonWork>();
  return true;
}

// Records which known name the last member's key is.
void JsonScan::Recognise(std::string_view key, uint64_t key_head) {
  const JsonFieldMatch match = MatchJsonField(key, key_head);
  JsonMember& member = members_.back();
  member.field = match.field;
  member.exact = match.exact;
  fields_.Add(match.field);
  if (!match.exact) return misspelt_.Add(match.field);
  exact_.Add(match.field);
  last_[static_cast<size_t>(match.field)] = static_cast<uint32_t>(members_.size() - 1);
}

const JsonMember* JsonScan::Find(std::string_view key) const {
  for (size_t i = members_.size(); i-- > 0;) {
    if (CanonicalKey(members_[i]) == key) return &members_[i];
  }
  return nullptr;
}

void JsonScan::Release() { *this = JsonScan(); }

}  // namespace banto::json
