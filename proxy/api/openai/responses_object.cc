#include "proxy/api/openai/responses_object.h"

#include <algorithm>

#include "proxy/base/ascii.h"
#include "proxy/json/json_cursor.h"

namespace banto::api::openai {
namespace {

constexpr std::string_view kIdStart = R"({"id":")";

// A member that is repeated; `value` where the request does not say it, or says it in another type
// than those whose first bytes are in `types` ('0': a number).
struct Repeated {
  std::string_view name, types, value;
};
constexpr Repeated kRepeated[] = {
    {"instructions", "\"[", "null"},
    {"max_output_tokens", "0", "null"},
    {"max_tool_calls", "0", "null"},
    {"metadata", "{", "{}"},
    {"parallel_tool_calls", "tf", "true"},
    {"prompt_cache_key", "\"", "null"},
    {"reasoning", "{", R"({"effort":null,"summary":null})"},
    {"safety_identifier", "\"", "null"},
    {"temperature", "0", "null"},
    {"text", "{", R"({"format":{"type":"text"}})"},
    {"tool_choice", "\"{", R"("auto")"},
    {"tools", "[", "[]"},
    {"top_logprobs", "0", "0"},
    {"top_p", "0", "null"},
    {"truncation", "\"", R"("disabled")"},
    {"user", "\"", "null"},
};

bool HasType(RawJson value, std::string_view types) {
  if (value.empty()) return false;
  const char first = value.front() == '-' || base::IsDigit(value.front()) ? '0' : value.front();
  return types.find(first) != types.npos;
}

void AppendRepeated(std::string_view body, std::string* out) {
  RawJson said[std::size(kRepeated)];
  json::JsonCursor json(body);
  std::string_view key;
  for (bool entered = json.EnterObject(); entered && json.NextMember(&key);) {
    const RawJson value = json.Skip();
    for (size_t i = 0; i < std::size(kRepeated); ++i) {
      if (kRepeated[i].name == key && HasType(value, kRepeated[i].types)) said[i] = value;
    }
  }
  for (size_t i = 0; i < std::size(kRepeated); ++i) {
    out->append(",\"").append(kRepeated[i].name).append("\":");
    out->append(said[i].empty() ? kRepeated[i].value : said[i]);
  }
}

void AppendCount(std::string_view name, int64_t count, std::string* out) {
  out->append(name).append(std::to_string(std::max<int64_t>(count, 0)));
}

void AppendUsage(const TokenCounts& usage, std::string* out) {
  if (usage.input < 0 && usage.output < 0) {
    out->append("null");
    return;
  }
  const int64_t total = std::max<int64_t>(usage.input, 0) + std::max<int64_t>(usage.output, 0);
  AppendCount(R"({"input_tokens":)", usage.input, out);
  AppendCount(R"(,"input_tokens_details":{"cached_tokens":)", usage.cached, out);
  AppendCount(R"(,"cache_write_tokens":)", usage.cache_written, out);
  AppendCount(R"(},"output_tokens":)", usage.output, out);
  AppendCount(R"(,"output_tokens_details":{"reasoning_tokens":)", usage.reasoning, out);
  AppendCount(R"(},"total_tokens":)", total, out);
  out->append("}");
}

}  // namespace

ResponseObject::ResponseObject(const AnswerContext& context) {
  const std::string created = std::to_string(context.created_s);
  head_.append(kIdStart).append("resp_").append(context.id);
  id_size_ = static_cast<uint32_t>(head_.size() - kIdStart.size());
  head_.append(R"(","object":"response","created_at":)");
  created_at_ = static_cast<uint32_t>(head_.size());
  created_size_ = static_cast<uint32_t>(created.size());
  head_.append(created).append(R"(,"model":")");
  AppendEscaped(context.model, &head_);
  head_.append(R"(","status":)");
  AppendRepeated(context.body, &tail_);
  tail_.append(R"(,"background":false,"previous_response_id":null,"store":false})");
}

void ResponseObject::Append(const ResponseState& state, std::string* out) const {
  out->append(head_);
  AppendQuoted(state.status, out);
  out->append(R"(,"error":null,"incomplete_details":)");
  if (state.incomplete.empty()) {
    out->append("null");
  } else {
    out->append(R"({"reason":)");
    AppendQuoted(state.incomplete, out);
    out->append("}");
  }
  out->append(R"(,"output":[)").append(state.output).append(R"(],"usage":)");
  AppendUsage(state.usage, out);
  out->append(tail_);
}

void ResponseObject::Locate(size_t at, FrameVerdict* verdict) const {
  verdict->id_at = static_cast<uint32_t>(at + kIdStart.size());
  verdict->id_size = id_size_;
  verdict->created_at = static_cast<uint32_t>(at + created_at_);
  verdict->created_size = created_size_;
}

}  // namespace banto::api::openai
