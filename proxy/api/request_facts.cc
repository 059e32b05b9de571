#include "proxy/api/request_facts.h"

#include "proxy/api/dialect.h"
#include "proxy/api/request_values.h"
#include "proxy/json/json_cursor.h"

namespace banto::api {
namespace {

using json::JsonField;
using json::JsonKind;
using json::JsonMember;
using json::JsonScan;

}  // namespace

void RequestFacts::ReadModel(const JsonMember* member) {
  if (member == nullptr) return;
  model_is_no_name = member->kind != JsonKind::kString || member->value.size() == 2;
  if (model_is_no_name) return;
  model = json::Unquoted(member->value);
  if (model.find('\\') == std::string_view::npos) return;
  json::DecodeJsonString(member->value, &decoded_model_);
  model = decoded_model_;
}

// What the fields that the cache key leaves out do to the answer's form. Spellings that engines may
// understand in their own way ("stream": 1) stay apart from all others.
void RequestFacts::ReadPackaging(const JsonScan& scan) {
  const bool packs = expectations.operation->packager != nullptr;
  packaging = stream && !packs ? "stream" : "";
  const JsonMember* asked = scan.Find(JsonField::kStream);
  const bool odd_stream = asked != nullptr && asked->kind > JsonKind::kFalse;
  const JsonMember* options = scan.Find(JsonField::kStreamOptions);
  std::string_view wish;
  if (options != nullptr && options->kind != JsonKind::kNull) wish = scan.Canonical(*options);
  const bool wishes_nothing = wish.empty() || wish == R"({"include_usage":false})" || wish == "{}";
  if (wishes_nothing || (packs && stream && wish == kUsageWish)) wish = {};
  std::string_view encoding = ValueOf(scan, JsonField::kEncodingFormat);
  if (encoding == "\"float\"") encoding = {};
  if (!odd_stream && wish.empty() && encoding.empty()) return;
  odd_packaging_ = stream ? "stream" : "";
  if (odd_stream) odd_packaging_.append("stream=").append(asked->value);
  if (!wish.empty()) odd_packaging_.append("+").append(wish == kUsageWish ? "usage" : wish);
  odd_packaging_.append(json::Unquoted(encoding));
  packaging = odd_packaging_;
}

RequestFacts::RequestFacts(const OperationInfo& info, const JsonScan& scan) {
  expectations.operation = &info;
  ReadModel(scan.Find(JsonField::kModel));
  const JsonMember* asked = scan.Find(JsonField::kStream);
  stream = asked != nullptr && asked->kind == JsonKind::kTrue;
  if (asked == nullptr || asked->kind == JsonKind::kNull) stream = info.streams_by_default;
  if (info.dialect->read_request != nullptr) info.dialect->read_request(info, scan, this);
  if (scan.canonical()) ReadPackaging(scan);
}

}  // namespace banto::api
