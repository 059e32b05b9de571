#include "proxy/client/refused_head.h"

#include <algorithm>

#include "proxy/api/unknown_path.h"
#include "proxy/base/ascii.h"
#include "proxy/http/list_reader.h"

namespace banto {
namespace {

constexpr std::string_view kLineEnd = "\r\n";

bool IsMethod(std::string_view text) {
  constexpr size_t kSizeMax = 32;
  return !text.empty() && text.size() <= kSizeMax &&
         std::all_of(text.begin(), text.end(), base::IsUpper);
}

// A value that is safe in an answer's field and cannot be read as two.
bool IsOneWord(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < '\x7f'; });
}

// The complete lines after the first: a truncated one might have continued differently. `rest`
// begins with the end of the first line.
std::string_view WholeLines(std::string_view rest) {
  size_t end = rest.find("\r\n\r\n");
  if (end == std::string_view::npos) end = rest.rfind(kLineEnd);
  return rest.substr(0, end);
}

// Calls `take` with name and value of those lines that are fields and say something: they need not
// be.
template <typename Take>
void ForEachField(std::string_view lines, Take take) {
  while (!lines.empty()) {
    const size_t end = std::min(lines.find(kLineEnd), lines.size());
    const std::string_view line = lines.substr(0, end);
    lines.remove_prefix(std::min(end + kLineEnd.size(), lines.size()));
    const size_t colon = std::min(line.find(':'), line.size());
    const std::string_view value = http::TrimSpace(line.substr(std::min(colon + 1, line.size())));
    if (!value.empty()) take(line.substr(0, colon), value);
  }
}

void ReadFields(std::string_view lines, RefusedHead* told) {
  ForEachField(lines, [told](std::string_view name, std::string_view value) {
    if (http::EqualsNoCase(name, "Host") && told->host.empty()) told->host = value;
    if (!http::EqualsNoCase(name, "Origin")) return;
    if (!told->origin.empty()) told->origin += ", ";
    told->origin += value;
  });
  told->senders_dialect = api::ClientsDialect([lines](std::string_view wanted) {
    bool found = false;
    ForEachField(lines, [&](std::string_view name, std::string_view) {
      found = found || http::EqualsNoCase(name, wanted);
    });
    return found;
  });
}

}  // namespace

RefusedHead FromHead(const http::RequestHead& head) {
  return {
      head.method(), head.path(), head.host(),
      std::string(head.Find(http::FieldName::kOrigin).value_or("")),
      api::ClientsDialect([&head](std::string_view name) { return head.Find(name).has_value(); })};
}

RefusedHead FromBytes(std::string_view bytes) {
  RefusedHead told;
  while (bytes.starts_with(kLineEnd)) bytes.remove_prefix(kLineEnd.size());
  const size_t line_end = std::min(bytes.find(kLineEnd), bytes.size());
  const std::string_view line = bytes.substr(0, line_end);
  const size_t space = std::min(line.find(' '), line.size());
  // TLS, or anything else that is not HTTP.
  if (space == line.size() || !IsMethod(line.substr(0, space))) return told;
  told.method = line.substr(0, space);
  std::string_view target = line.substr(space + 1);
  target = target.substr(0, target.find_first_of(" ?"));
  if (target.starts_with('/') && IsOneWord(target)) told.path = target;
  if (line_end == bytes.size()) return told;
  ReadFields(WholeLines(bytes.substr(line_end)), &told);
  if (!IsOneWord(told.origin)) told.origin.clear();
  return told;
}

}  // namespace banto
