#include "proxy/api/request_text.h"

namespace banto::api {
namespace {

void Append(JsonText text, std::string* all) {
  if (!text.empty()) all->append(text).append("\\n");
}

void AppendRaw(RawJson value, std::string* all) {
  if (value.empty()) return;
  AppendEscaped(value, all);
  all->append("\\n");
}

void AppendParts(const std::vector<Part>& parts, std::string* all) {
  for (const Part& part : parts) {
    Append(part.text, all);
    if (part.kind == Part::Kind::kToolCall) {
      Append(part.name, all);
      Append(part.arguments, all);
    }
    AppendParts(part.parts, all);
  }
}

int CountIn(const std::vector<Part>& parts) {
  int images = 0;
  for (const Part& part : parts)
    images += (part.kind == Part::Kind::kImage ? 1 : 0) + CountIn(part.parts);
  return images;
}

}  // namespace

std::string AllText(const NeutralRequest& request) {
  std::string all;
  for (const Message& message : request.messages) AppendParts(message.parts, &all);
  for (const Tool& tool : request.tools) {
    Append(tool.name, &all);
    Append(tool.description, &all);
    AppendRaw(tool.parameters, &all);
  }
  AppendRaw(request.format.schema, &all);
  return all;
}

int CountImages(const NeutralRequest& request) {
  int images = 0;
  for (const Message& message : request.messages) images += CountIn(message.parts);
  return images;
}

}  // namespace banto::api
