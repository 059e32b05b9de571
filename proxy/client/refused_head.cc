#include "proxy/client/refused_head.h"

#include <algorithm>

#include "proxy/api/unknown_path.h"
#include "proxy/base/ascii.h"
#include "proxy/http/field_block.h"

namespace banto {
namespace {

constexpr std::string_view kLineEnd = "\r\n";

bool IsMethod(std::string_view text) {
  constexpr size_t kSizeMax = 32;
  return !text.empty() && text.size() <= kSizeMax &&
         std::all_of(text.begin(), text.end(), base::IsUpper);
}

// What may stand in an answer's field and cannot be two values.
bool IsOneWord(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < '\x7f'; });
}

// The lines behind the first that came whole: a cut one may say something else than it was going
// to. `rest` begins with the first one's end.
std::string_view WholeLines(std::string_view rest) {
  size_t end = rest.find("\r\n\r\n");
  if (end == std::string_view::npos) end = rest.rfind(kLineEnd);
  return rest.substr(0, end);
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
  // TLS, or anything else but HTTP.
  if (space == line.size() || !IsMethod(line.substr(0, space))) return told;
  told.method = line.substr(0, space);
  std::string_view target = line.substr(space + 1);
  target = target.substr(0, target.find_first_of(" ?"));
  if (target.starts_with('/') && IsOneWord(target)) told.path = target;
  if (line_end == bytes.size()) return told;
  const std::string_view lines = WholeLines(bytes.substr(line_end));
  told.host = FieldOf(lines, "Host");
  told.origin = ListOf(lines, "Origin");
  if (!IsOneWord(told.origin)) told.origin.clear();
  told.clients =
      api::ClientsDialect([lines](std::string_view name) { return !FieldOf(lines, name).empty(); });
  return told;
}

}  // namespace banto
