#include "proxy/api/listing.h"

#include "proxy/json/json_cursor.h"
#include "proxy/json/json_scan.h"

namespace banto::api {

std::string ListModels(std::string_view opening, const Catalog& catalog,
                       std::string (*render)(const CatalogModel& model)) {
  std::string body(opening);
  bool first = true;
  for (const auto& [name, model] : catalog) {
    const std::string object = render(model);
    if (object.empty()) continue;
    if (!first) body.push_back(',');
    first = false;
    body += object;
  }
  return body + "]}";
}

const CatalogModel* FindModel(const Catalog& catalog, std::string_view id) {
  auto found = catalog.find(std::string(id));
  if (found == catalog.end() && id.find(':') == std::string_view::npos) {
    found = catalog.find(std::string(id) + ":latest");
  }
  return found == catalog.end() ? nullptr : &found->second;
}

std::string_view MemberOf(std::string_view raw, std::string_view wanted) {
  json::JsonCursor json(raw);
  std::string_view key, found;
  if (!json.EnterObject()) return {};
  while (json.NextMember(&key)) {
    const std::string_view value = json.Skip();
    if (key == wanted) found = value;
  }
  return found;
}

bool IsObjectNaming(std::string_view raw, std::string_view key, std::string_view name) {
  std::string text;
  return json::IsJson(raw) && json::DecodeJsonString(MemberOf(raw, key), &text) && text == name;
}

}  // namespace banto::api
