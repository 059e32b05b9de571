#include "proxy/api/openai/responses_check.h"

#include "proxy/api/json_each.h"
#include "proxy/api/usage_reader.h"
#include "proxy/json/json_scan.h"

namespace banto::api::openai {
namespace {

// One thing that the model made.
struct Item {
  RawJson type, status, content, arguments, input, summary, sealed;
};

Item ReadItem(RawJson object) {
  Item item;
  EachMember(object, [&](std::string_view key, RawJson value) {
    if (key == "type") item.type = json::Unquoted(value);
    if (key == "status") item.status = json::Unquoted(value);
    if (key == "content") item.content = value;
    if (key == "arguments") item.arguments = value;
    if (key == "input") item.input = value;
    if (key == "summary") item.summary = value;
    if (key == "encrypted_content") item.sealed = value;
  });
  return item;
}

bool IsOneJson(RawJson text) {
  std::string decoded;
  return text.starts_with('"') && json::DecodeJsonString(text, &decoded) && json::IsJson(decoded);
}

// Whether a part holds something: {"type":"output_text","text":"…"}, {"type":"refusal", …}.
bool SaysSomething(RawJson parts) {
  bool says = false;
  EachElement(parts, [&](RawJson part) {
    EachMember(part, [&](std::string_view key, RawJson value) {
      says = says || ((key == "text" || key == "refusal") && json::HasSubstance(value));
    });
  });
  return says;
}

// Gathers the items' verdicts: the first that is not kComplete decides, but for kEmptyAnswer, which
// any other item cures.
class Items {
 public:
  void Add(RawJson object) {
    const Item item = ReadItem(object);
    // llama.cpp leaves a reasoning's status empty.
    if (!item.status.empty() && item.status != "completed")
      return Refuse(Completeness::kFinishReasonError);
    if (item.type == "message" || item.type == "reasoning") {
      says_ = says_ || SaysSomething(item.content) || SaysSomething(item.summary) ||
              json::HasSubstance(item.sealed);
    } else if (item.type == "function_call") {
      says_ = true;
      if (!IsOneJson(item.arguments)) Refuse(Completeness::kMalformed);
    } else if (item.type == "custom_tool_call") {
      says_ = true;
      if (!item.input.starts_with('"')) Refuse(Completeness::kMalformed);
    } else {
      // What the server searched, ran or fetched.
      Refuse(item.type.empty() ? Completeness::kMalformed : Completeness::kNotCacheable);
    }
  }
  Completeness Judge() const {
    if (verdict_ != Completeness::kComplete) return verdict_;
    return says_ ? Completeness::kComplete : Completeness::kEmptyAnswer;
  }

 private:
  void Refuse(Completeness verdict) {
    if (verdict_ == Completeness::kComplete) verdict_ = verdict;
  }

  Completeness verdict_ = Completeness::kComplete;
  bool says_ = false;
};

}  // namespace

void TakeWord(std::string_view key, RawJson value, ResponseWords* words) {
  if (value == "null") return;
  if (key == "id") words->id = json::Unquoted(value);
  if (key == "created_at") words->created = value;
  if (key == "completed_at") words->completed = value;
  if (key == "status") words->status = json::Unquoted(value);
  if (key == "incomplete_details") words->incomplete = value;
  if (key == "output") words->output = value;
  if (key == "usage") words->usage = value;
  if (key == "error") words->is_error = words->is_error || json::HasSubstance(value);
  if (key == "object") words->is_error = words->is_error || value == "\"error\"";
  // Under the id that it was given then, which a replay renews.
  const bool keeps = key == "store" || key == "background" || key == "previous_response_id" ||
                     key == "conversation";
  words->has_state = words->has_state || (keeps && json::HasSubstance(value));
}

bool HasEnded(const ResponseWords& words) {
  return !words.is_error && (words.status == "completed" || words.status == "incomplete");
}

void LocateResponse(const ResponseWords& words, std::string_view bytes, FrameVerdict* spans) {
  Locate(words.id, bytes, &spans->id_at, &spans->id_size);
  Locate(words.created, bytes, &spans->created_at, &spans->created_size);
  uint32_t size = 0;
  if (words.completed.size() == words.created.size())
    Locate(words.completed, bytes, &spans->again_at, &size);
}

Completeness JudgeResponse(const ResponseWords& words) {
  if (words.is_error) return Completeness::kUpstreamError;
  const bool by_limit = words.incomplete.find("\"max_output_tokens\"") != words.incomplete.npos;
  if (json::HasSubstance(words.incomplete) || words.status == "incomplete")
    return by_limit ? Completeness::kLengthLimit : Completeness::kFinishReasonError;
  if (words.status != "completed") return Completeness::kFinishReasonError;
  if (words.has_state) return Completeness::kNotCacheable;
  Items items;
  const bool listed = EachElement(words.output, [&](RawJson item) { items.Add(item); });
  return listed ? items.Judge() : Completeness::kMalformed;
}

Completeness CheckResponse(const RequestExpectations&, std::string_view body, FrameVerdict* spans,
                           Usage* usage) {
  ResponseWords words;
  json::JsonCursor json(body);
  std::string_view key;
  if (!json.EnterObject()) return Completeness::kMalformed;
  while (json.NextMember(&key)) TakeWord(key, json.Skip(), &words);
  if (words.usage.starts_with('{')) ReadUsage(words.usage, usage);
  if (words.is_error) return Completeness::kUpstreamError;
  if (!json.Finish() || !json.utf8_ok()) return Completeness::kMalformed;
  if (spans != nullptr) LocateResponse(words, body, spans);
  return JudgeResponse(words);
}

}  // namespace banto::api::openai
