#include "proxy/api/missing_tool.h"

#include <algorithm>

namespace banto::api {

CannotCarry MissingTool(const NeutralRequest& request) {
  const ToolChoice& choice = request.tool_choice;
  if (choice.kind == ToolChoice::Kind::kRequired && request.tools.empty())
    return "tool_choice demands a tool, and none is given that this model's worker could have.";
  if (choice.kind != ToolChoice::Kind::kNamed) return std::nullopt;
  const bool there = std::any_of(request.tools.begin(), request.tools.end(),
                                 [&](const Tool& tool) { return tool.name == choice.name; });
  if (there) return std::nullopt;
  return "tool_choice demands a tool that is not among those this model's worker could have.";
}

}  // namespace banto::api
