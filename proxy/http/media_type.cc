#include "proxy/http/media_type.h"

#include "proxy/http/list_reader.h"
#include "proxy/http/message.h"

namespace banto::http {
namespace {

struct Row {
  std::string_view name;
  MediaType type;
};
constexpr Row kRows[] = {
    {"application/json", MediaType::kJson},
    {"text/event-stream", MediaType::kSse},
    {"text/html", MediaType::kHtml},
    {"application/x-ndjson", MediaType::kNdjson},
    {"application/ndjson", MediaType::kNdjson},
    {"application/jsonl", MediaType::kNdjson},
    {"application/x-jsonlines", MediaType::kNdjson},
    {"application/stream+json", MediaType::kNdjson},
    {"application/x-json-stream", MediaType::kNdjson},
    {"application/json-seq", MediaType::kJsonSeq},
};

}  // namespace

std::string_view MediaTypeName(std::string_view content_type) {
  return TrimSpace(content_type.substr(0, content_type.find(';')));
}

MediaType ReadMediaType(std::string_view content_type) {
  // The usual case needs no search.
  if (content_type == kRows[0].name) return kRows[0].type;
  const std::string_view name = MediaTypeName(content_type);
  if (name.empty()) return MediaType::kNone;
  for (const Row& row : kRows) {
    if (EqualsNoCase(name, row.name)) return row.type;
  }
  return MediaType::kOther;
}

}  // namespace banto::http
