#include "health/json_page.h"

namespace banto::health {
namespace {

constexpr int kDepthMax = 32;

// Deep JSON costs nlohmann quadratic time, and its copies and dumps recurse.
bool TooDeep(std::string_view json) {
  int depth = 0;
  bool quoted = false;
  for (size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    if (quoted && c == '\\') {
      ++i;
    } else if (c == '"') {
      quoted = !quoted;
    } else if (!quoted && (c == '{' || c == '[') && ++depth > kDepthMax) {
      return true;
    } else if (!quoted && (c == '}' || c == ']')) {
      --depth;
    }
  }
  return false;
}

}  // namespace

Json ParsePage(std::string_view body) {
  if (TooDeep(body)) return nullptr;
  Json json = Json::parse(body.begin(), body.end(), nullptr, /*allow_exceptions=*/false);
  if (!json.is_object() && !json.is_array()) json = nullptr;
  return json;
}

const Json* Member(const Json& object, const char* name) {
  const auto it = object.is_object() ? object.find(name) : object.end();
  return object.is_object() && it != object.end() ? &*it : nullptr;
}

std::string Text(const Json& object, const char* name) {
  const Json* value = Member(object, name);
  return value != nullptr && value->is_string() ? value->get<std::string>() : std::string();
}

int64_t Number(const Json& object, const char* name) {
  const Json* value = Member(object, name);
  return value != nullptr && value->is_number_integer() ? value->get<int64_t>() : 0;
}

std::string Dump(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace banto::health
