#include "proxy/fetch/told_head.h"

#include <string>
#include <string_view>

#include "proxy/http/media_type.h"

namespace banto {
namespace {

constexpr int kStatusOk = 200, kStatusPartial = 206;

// Described the coded bytes: nginx's gunzip filter drops them (RFC 9530, RFC 9421).
constexpr std::string_view kOfCodedBytes[] = {
    "Content-Encoding", "Content-MD5", "Digest",          "Content-Digest", "Repr-Digest",
    "Unencoded-Digest", "Signature",   "Signature-Input", "Accept-Ranges"};
// … and the content itself (RFC 9110 §8.7, §8.8, §14.4; RFC 6266).
constexpr std::string_view kOfContent[] = {"Content-Disposition", "Content-Location",
                                           "Content-Range", "ETag", "Last-Modified"};

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

void FitDecoded(FetchHead* told) {
  told->length = -1;
  for (const std::string_view name : kOfCodedBytes) told->fields.Remove(name);
  const std::string etag(told->fields.Find("ETag"));
  if (etag.starts_with('"')) told->fields.Replace("ETag", "W/" + etag);
}

void FitRewritten(http::FieldList* fields) {
  for (const std::string_view name : kOfCodedBytes) fields->Remove(name);
  for (const std::string_view name : kOfContent) fields->Remove(name);
}

void FitTranslated(http::StreamFraming framing, FetchHead* told) {
  FitRewritten(&told->fields);
  told->length = -1;
  // It would be a part of something that the client cannot ask for.
  if (told->status == kStatusPartial) told->status = kStatusOk;
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
