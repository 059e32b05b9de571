// json_scan against itself (canonical text is a fixed point) and against nlohmann::json (it takes
// what we take).
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "proxy/json/json_scan.h"
#include "proxy/json/utf8.h"
#include "tests/unit/json/json_document.h"

namespace banto::http {
namespace {

void Require(bool fact) {
  if (!fact) std::abort();
}

// nlohmann refuses numbers beyond its types, which we only hold as spelt.
bool HasExtremeNumber(std::string_view text) {
  size_t digits = 0;
  for (const char c : text) {
    if (digits >= 19 || (digits > 0 && (c | 0x20) == 'e')) return true;
    digits = c >= '0' && c <= '9' ? digits + 1 : 0;
  }
  return false;
}

void CheckMembers(std::string_view body, const JsonScan& scan) {
  for (const JsonMember& member : scan.members()) {
    if (member.value.data() != nullptr) {
      Require(member.value.data() > body.data() && member.value.end() <= body.end());
    }
    if (scan.status() != JsonStatus::kOk || member.kind != JsonKind::kString) continue;
    std::string text, quoted;
    Require(DecodeJsonString(member.value, &text));
    AppendJsonString(text, &quoted);
    Require(quoted == scan.Canonical(member));
  }
}

void CheckCanonical(std::string_view body, const JsonScan& scan) {
  const std::string canonical = CanonicalDocument(scan);
  Require(canonical.size() <= body.size());
  JsonScan again;
  Require(again.Scan(canonical) == JsonStatus::kOk);
  Require(CanonicalDocument(again) == canonical);
  for (const uint32_t i : scan.sorted()) {
    Require(again.Find(scan.CanonicalKey(scan.members()[i])) != nullptr);
  }
  if (HasExtremeNumber(body)) return;
  const auto before = nlohmann::json::parse(body, nullptr, false);
  Require(!before.is_discarded());
  Require(nlohmann::json::parse(canonical, nullptr, false) == before);
}

void CheckVerdict(std::string_view body, JsonStatus status) {
  if (status == JsonStatus::kTooDeep || status == JsonStatus::kTooManyMembers) return;
  if (HasExtremeNumber(body)) return;
  // nlohmann skips a byte order mark, which RFC 8259 §8.1 forbids, and ends at a NUL.
  if (body.starts_with("\xEF\xBB\xBF") || body.find('\0') != body.npos) return;
  // The first trouble is told: behind two equal keys may be bytes that are not UTF-8 or a surrogate
  // that is alone.
  const bool more =
      !IsUtf8(body) || body.find("\\ud") != body.npos || body.find("\\uD") != body.npos;
  if (status == JsonStatus::kDuplicateKey && more) return;
  const bool ours = status != JsonStatus::kMalformed && status != JsonStatus::kBadUtf8;
  Require(ours == nlohmann::json::accept(body));
}

// The scan without canonical text says the same.
void CheckWithoutText(std::string_view body, const JsonScan& scan) {
  JsonScan other;
  Require(other.ScanMembers(body) == scan.status());
  Require(other.error_at() == scan.error_at() &&
          other.has_pointing_key() == scan.has_pointing_key());
  Require(other.members().size() == scan.members().size());
  for (size_t i = 0; i < scan.members().size(); ++i) {
    const JsonMember &a = scan.members()[i], &b = other.members()[i];
    Require(a.key.data() == b.key.data() && a.key.size() == b.key.size());
    Require(a.value.data() == b.value.data() && a.value.size() == b.value.size());
    Require(a.kind == b.kind && a.field == b.field && a.exact == b.exact);
  }
}

void Check(std::string_view body) {
  JsonScan scan;
  const JsonStatus status = scan.Scan(body);
  CheckMembers(body, scan);
  CheckWithoutText(body, scan);
  CheckVerdict(body, status);
  if (status == JsonStatus::kOk) CheckCanonical(body, scan);
}

}  // namespace
}  // namespace banto::http

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  // A copy of exactly this size, so that a read past the end is seen.
  const std::unique_ptr<char[]> exact(new char[size]);
  if (size > 0) std::memcpy(exact.get(), data, size);
  banto::http::Check({exact.get(), size});
  return 0;
}
