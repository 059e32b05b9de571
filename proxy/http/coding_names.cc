// The names of content codings in Content-Encoding and Accept-Encoding.
#include "proxy/http/content_decoder.h"
#include "proxy/http/list_reader.h"

namespace banto::http {
namespace {

// Whether the parameters of an Accept-Encoding element say q=0, "not acceptable".
bool IsRefused(std::string_view parameters) {
  const size_t equals = parameters.find('=');
  if (equals == std::string_view::npos) return false;
  const std::string_view weight = TrimSpace(parameters.substr(equals + 1));
  return weight.substr(0, 1) == "0" && weight.find_first_not_of("0.") == std::string_view::npos;
}

}  // namespace

ContentCoding ContentCodingOf(std::string_view name) {
  if (name.empty() || EqualsNoCase(name, "identity")) return ContentCoding::kIdentity;
  if (EqualsNoCase(name, "gzip") || EqualsNoCase(name, "x-gzip")) return ContentCoding::kGzip;
  if (EqualsNoCase(name, "deflate")) return ContentCoding::kDeflate;
  if (EqualsNoCase(name, "br")) return ContentCoding::kBrotli;
  if (EqualsNoCase(name, "zstd")) return ContentCoding::kZstd;
  return ContentCoding::kOther;
}

ContentCoding ReadContentCoding(const Head& head) {
  ContentCoding found = ContentCoding::kIdentity;
  if (!head.Has(FieldName::kContentEncoding)) return found;
  for (const FieldEntry& entry : head.entries()) {
    if (entry.id != FieldName::kContentEncoding) continue;
    ListReader list(head.FieldOf(entry).value);
    for (std::string_view name; list.Next(&name);) {
      const ContentCoding coding = ContentCodingOf(name);
      if (coding == ContentCoding::kIdentity) continue;
      found = found == ContentCoding::kIdentity ? coding : ContentCoding::kOther;
    }
  }
  return found;
}

bool AcceptsCoding(const RequestHead& head, ContentCoding coding) {
  bool named = false, accepts = false, accepts_others = false;
  for (const FieldEntry& entry : head.entries()) {
    if (entry.id != FieldName::kAcceptEncoding) continue;
    ListReader list(head.FieldOf(entry).value);
    for (std::string_view element; list.Next(&element);) {
      const size_t end = std::min(element.find(';'), element.size());
      const std::string_view name = TrimSpace(element.substr(0, end));
      const bool taken = !IsRefused(element.substr(end));
      if (name == "*") {
        accepts_others = taken;
      } else if (ContentCodingOf(name) == coding) {
        named = true;
        accepts = accepts || taken;
      }
    }
  }
  return named ? accepts : accepts_others;
}

}  // namespace banto::http
