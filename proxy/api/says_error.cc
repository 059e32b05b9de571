// Engines that accept first and refuse later do so behind a good status.
#include "proxy/api/worker_words.h"
#include "proxy/json/json_cursor.h"

namespace banto::api {

bool SaysError(std::string_view body) {
  json::JsonCursor json(body);
  bool says = false;
  if (!json.EnterObject()) return false;
  for (std::string_view key; json.NextMember(&key);) {
    const std::string_view raw = json.Skip();
    if (key == "error") says = says || json::HasSubstance(raw);
    if (key == "object" || key == "type") says = says || raw == "\"error\"";
    if (key == "choices") return false;
  }
  return says;
}

}  // namespace banto::api
