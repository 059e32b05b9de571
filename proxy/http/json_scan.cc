#include "proxy/http/json_scan.h"

#include "proxy/http/json_scanner.h"

namespace banto::http {

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
  }
  return "unknown";
}

JsonScan::JsonScan() = default;
JsonScan::~JsonScan() = default;
JsonScan::JsonScan(JsonScan&& other) noexcept = default;
JsonScan& JsonScan::operator=(JsonScan&& other) noexcept = default;

JsonStatus JsonScan::Scan(std::string_view body, int depth_max) {
  status_ = JsonStatus::kMalformed;
  has_url_key_ = false;
  error_at_ = 0;
  members_.clear();
  sorted_.clear();
  if (body.size() > kBodyBytesMax) return status_;
  if (work_ == nullptr) work_ = std::make_unique<JsonWork>();
  JsonScanner(body, static_cast<size_t>(depth_max), this).Run();
  return status_;
}

const JsonMember* JsonScan::Find(std::string_view key) const {
  for (size_t i = members_.size(); i-- > 0;) {
    if (CanonicalKey(members_[i]) == key) return &members_[i];
  }
  return nullptr;
}

void JsonScan::Release() { *this = JsonScan(); }

}  // namespace banto::http
