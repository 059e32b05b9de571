#include "proxy/api/tool_arguments.h"

#include "proxy/json/json_cursor.h"
#include "proxy/json/json_scan.h"

namespace banto::api {

ToolArguments::Call* ToolArguments::Find(int64_t choice, int64_t call) {
  // Pieces of one call follow each other, so the last one is nearly always the right one.
  for (size_t i = calls_.size(); i-- > 0;) {
    if (calls_[i].call == call && calls_[i].choice == choice) return &calls_[i];
  }
  if (calls_.size() == kCallsMax) return nullptr;
  calls_.push_back({choice, call, {}});
  return &calls_.back();
}

void ToolArguments::Add(int64_t choice, int64_t call, std::string_view raw) {
  if (broken_) return;
  Call* const target = Find(choice, call);
  broken_ = target == nullptr;
  if (broken_ || raw.empty() || raw == "null") return;
  std::string_view piece = raw;
  if (raw.front() == '"') {
    broken_ = !json::DecodeJsonString(raw, &piece_);
    piece = piece_;
  }
  bytes_ += piece.size();
  broken_ = broken_ || bytes_ > kBytesMax;
  if (!broken_) target->text.append(piece);
}

bool ToolArguments::AllParse() const {
  if (broken_) return false;
  for (const Call& call : calls_) {
    if (!json::IsJson(call.text)) return false;
  }
  return true;
}

}  // namespace banto::api
