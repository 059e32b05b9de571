#include "proxy/api/openai/request_members.h"

namespace banto::api::openai {

const char* BypassReason(const json::JsonScan& scan) {
  // The Responses API's stored prompts: an id whose text lives on the server.
  const json::JsonMember* const prompt = scan.Find(json::JsonField::kPrompt);
  if (prompt != nullptr && prompt->kind == json::JsonKind::kObject) return "prompt_template";
  return nullptr;
}

}  // namespace banto::api::openai
