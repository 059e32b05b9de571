#include "proxy/fetch/told_head.h"

#include <string>
#include <string_view>

#include "proxy/http/media_type.h"

namespace banto {
namespace {

// Clients rely on the Content-Type.
void MendType(ReadAs as, http::FieldList* fields) {
  const std::string declared(fields->Find("Content-Type"));
  const std::string_view right = RightType(as, declared);
  if (right != declared) fields->Replace("Content-Type", right);
}

bool IsLiveType(const http::ResponseHead& head) {
  return IsLive(http::ReadMediaType(head.Find(http::FieldName::kContentType).value_or("")));
}

}  // namespace

// Drops fields that described the coded bytes, as nginx's gunzip filter does.
void FitDecoded(FetchHead* told) {
  told->length = -1;
  for (const std::string_view name : {"Content-Encoding", "Content-MD5", "Digest", "Content-Digest",
                                      "Repr-Digest", "Accept-Ranges"}) {
    told->fields.Remove(name);
  }
  const std::string etag(told->fields.Find("ETag"));
  if (etag.starts_with('"')) told->fields.Replace("ETag", "W/" + etag);
}

void FitTranslated(http::StreamFraming framing, FetchHead* told) {
  FitDecoded(told);
  for (const std::string_view name : {"ETag", "Last-Modified"}) told->fields.Remove(name);
  told->stream = told->live = framing != http::StreamFraming::kNone;
  std::string_view type = "application/json";
  if (framing == http::StreamFraming::kSse) type = "text/event-stream; charset=utf-8";
  if (framing == http::StreamFraming::kNdjson) type = "application/x-ndjson";
  told->fields.Replace("Content-Type", type);
}

void FitReading(ReadAs as, const http::ResponseHead& head, FetchHead* told) {
  // A worker's own statement on buffering is not contradicted.
  told->live = (IsFramed(as) || IsLiveType(head)) && !head.Has(http::FieldName::kXAccelBuffering);
  if (IsFramed(as)) told->length = -1;
  if (as != ReadAs::kOpaque) MendType(as, &told->fields);
}

}  // namespace banto
