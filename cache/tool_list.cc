#include "cache/tool_list.h"

#include <algorithm>

#include "proxy/json/json_cursor.h"

namespace banto::cache {
namespace {

using json::JsonCursor;

// Moonshot's $web_search is declared like a client's function, but run by the server.
bool IsClientsName(std::string_view name) { return !json::Unquoted(name).starts_with('$'); }

// {"name":"get_weather", …}: a function's description, or OpenAI's custom tool.
bool IsClientsFunction(std::string_view description) {
  JsonCursor json(description);
  std::string_view key;
  bool clients = true;
  if (!json.EnterObject()) return false;
  while (json.NextMember(&key)) {
    const std::string_view value = json.Skip();
    if (key == "name" && !IsClientsName(value)) clients = false;
  }
  return clients && json.Finish();
}

// Google's {"functionDeclarations":[…]} has one of these and no type; {"google_search":{}} has
// none.
constexpr std::string_view kDescriptions[] = {"function",
                                              "custom",
                                              "name",
                                              "parameters",
                                              "input_schema",
                                              "functionDeclarations",
                                              "function_declarations"};

constexpr std::string_view kPlainTypes[] = {"\"function\"", "\"custom\"", "null"};

// Members allowed next to a description: none makes a server run anything.
constexpr std::string_view kBeside[] = {"type",          "description",   "strict",
                                        "cache_control", "defer_loading", "input_examples"};

template <size_t kCount>
bool IsOneOf(std::string_view key, const std::string_view (&names)[kCount]) {
  return std::find(std::begin(names), std::end(names), key) != std::end(names);
}

bool IsPlainFunction(std::string_view tool) {
  JsonCursor json(tool);
  std::string_view key;
  std::string_view type;
  bool described = false;
  bool strange = false;
  bool clients = true;
  if (!json.EnterObject()) return false;
  while (json.NextMember(&key)) {
    const std::string_view value = json.Skip();
    if (key == "type") type = value;
    if (key == "name") clients = clients && IsClientsName(value);
    if (key == "function" || key == "custom") clients = clients && IsClientsFunction(value);
    const bool describes = IsOneOf(key, kDescriptions);
    described = described || describes;
    strange = strange || !(describes || IsOneOf(key, kBeside));
  }
  const bool plain_type = type.empty() ? !strange : IsOneOf(type, kPlainTypes);
  return plain_type && described && clients && json.Finish();
}

bool EachIs(std::string_view tools, bool (*is)(std::string_view)) {
  if (!json::HasSubstance(tools)) return true;
  JsonCursor json(tools);
  if (!json.EnterArray()) return false;
  bool each = true;
  while (json.NextElement()) each = is(json.Skip()) && each;
  return each && json.Finish();
}

}  // namespace

bool HasServerTool(std::string_view tools) { return !EachIs(tools, IsPlainFunction); }

bool HasServerFunction(std::string_view functions) { return !EachIs(functions, IsClientsFunction); }

}  // namespace banto::cache
