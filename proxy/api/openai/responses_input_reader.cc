// The items of `input`, as messages: what one turn of the model said comes as several items.
#include <algorithm>
#include <utility>

#include "proxy/api/json_each.h"
#include "proxy/api/openai/data_url.h"
#include "proxy/api/openai/named_members.h"
#include "proxy/api/openai/responses_request.h"
#include "proxy/json/json_cursor.h"

namespace banto::api::openai {
namespace {

struct Item {
  RawJson type, role, content, call_id, name, arguments, output, summary, encrypted_content;
};

constexpr std::pair<std::string_view, RawJson Item::*> kMembers[] = {
    {"type", &Item::type},
    {"role", &Item::role},
    {"content", &Item::content},
    {"call_id", &Item::call_id},
    {"name", &Item::name},
    {"arguments", &Item::arguments},
    {"output", &Item::output},
    {"summary", &Item::summary},
    {"encrypted_content", &Item::encrypted_content}};

class InputReader {
 public:
  explicit InputReader(NeutralRequest* request) : request_(request) {}
  void Read(RawJson raw);

 private:
  using ItemReader = void (InputReader::*)(const Item&);
  static ItemReader ReaderOf(JsonText type);
  void ReadMessage(const Item& item);
  void ReadCall(const Item& item);
  void ReadOutput(const Item& item);
  void ReadReasoning(const Item& item);
  void ReadContent(RawJson content, std::vector<Part>* parts);
  void ReadPart(RawJson raw, std::vector<Part>* parts);
  void ReadImage(RawJson url, RawJson detail, std::vector<Part>* parts);
  std::string JoinTexts(RawJson list, std::string_view separator);

  Message& LastOrNew(Role role);
  bool JoinsLastMessage() const;
  JsonText NameOfCall(JsonText id) const;
  void Drop(const std::string& name) { AddDropped(name, &request_->dropped); }

  NeutralRequest* request_;
};

Message& InputReader::LastOrNew(Role role) {
  std::vector<Message>& messages = request_->messages;
  if (messages.empty() || messages.back().role != role) messages.emplace_back().role = role;
  return messages.back();
}

// A text belongs to the reasoning before it, and must not stand between a call and its result.
// After a text that is no more than that, another begins a message, and so does reasoning.
bool InputReader::JoinsLastMessage() const {
  if (request_->messages.empty() || request_->messages.back().role != Role::kAssistant)
    return false;
  const std::vector<Part>& parts = request_->messages.back().parts;
  return std::none_of(parts.begin(), parts.end(),
                      [](const Part& part) {
                        return part.kind == Part::Kind::kText || part.kind == Part::Kind::kRefusal;
                      }) ||
         std::any_of(parts.begin(), parts.end(),
                     [](const Part& part) { return part.kind == Part::Kind::kToolCall; });
}

JsonText InputReader::NameOfCall(JsonText id) const {
  for (auto message = request_->messages.rbegin(); message != request_->messages.rend();
       ++message) {
    for (const Part& part : message->parts) {
      if (part.kind == Part::Kind::kToolCall && part.id == id) return part.name;
    }
  }
  return {};
}

void InputReader::ReadImage(RawJson url, RawJson detail, std::vector<Part>* parts) {
  const auto text = TextOf(url);
  if (!text) return Drop("input[].content[input_image].file_id");
  Part& part = parts->emplace_back();
  part.kind = Part::Kind::kImage;
  part.detail = TextIn(detail);
  ReadImageUrl(*text, &request_->store, &part);
}

void InputReader::ReadPart(RawJson raw, std::vector<Part>* parts) {
  RawJson type, text, refusal, image_url, detail;
  ReadMembers(raw, {{"type", &type},
                    {"text", &text},
                    {"refusal", &refusal},
                    {"image_url", &image_url},
                    {"detail", &detail}});
  const JsonText kind = TextIn(type);
  const bool is_text = kind == "input_text" || kind == "output_text" || kind == "text";
  if (is_text && TextOf(text)) {
    parts->emplace_back().text = *TextOf(text);
  } else if (kind == "refusal" && TextOf(refusal)) {
    Part& part = parts->emplace_back();
    part.kind = Part::Kind::kRefusal;
    part.text = *TextOf(refusal);
  } else if (kind == "input_image") {
    ReadImage(image_url, detail, parts);
  } else {
    Drop("input[].content[" + Plain(kind) + "]");
  }
}

void InputReader::ReadContent(RawJson content, std::vector<Part>* parts) {
  if (const auto text = TextOf(content)) {
    parts->emplace_back().text = *text;
    return;
  }
  json::JsonCursor json(content);
  if (!json.EnterArray()) return Drop("input[].content");
  while (json.NextElement()) ReadPart(json.Skip(), parts);
}

void InputReader::ReadMessage(const Item& item) {
  constexpr std::pair<std::string_view, Role> kRoles[] = {{"user", Role::kUser},
                                                          {"assistant", Role::kAssistant},
                                                          {"system", Role::kSystem},
                                                          {"developer", Role::kDeveloper}};
  const JsonText name = TextIn(item.role);
  const auto* const role = std::find_if(std::begin(kRoles), std::end(kRoles),
                                        [&](const auto& its) { return its.first == name; });
  if (role == std::end(kRoles)) return Drop("input[].role[" + Plain(name) + "]");
  const bool joins = role->second == Role::kAssistant && JoinsLastMessage();
  Message& message = joins ? request_->messages.back() : request_->messages.emplace_back();
  message.role = role->second;
  ReadContent(item.content, &message.parts);
}

void InputReader::ReadCall(const Item& item) {
  Part& part = LastOrNew(Role::kAssistant).parts.emplace_back();
  part.kind = Part::Kind::kToolCall;
  part.id = TextIn(item.call_id);
  part.name = TextIn(item.name);
  part.arguments = TextOf(item.arguments).value_or("{}");
}

void InputReader::ReadOutput(const Item& item) {
  Part result;
  result.kind = Part::Kind::kToolResult;
  result.id = TextIn(item.call_id);
  result.name = NameOfCall(result.id);
  if (result.name.empty()) result.name = TextIn(item.name);
  ReadContent(item.output, &result.parts);
  LastOrNew(Role::kTool).parts.push_back(std::move(result));
}

std::string InputReader::JoinTexts(RawJson list, std::string_view separator) {
  std::string joined;
  json::JsonCursor json(list);
  for (bool entered = json.EnterArray(); entered && json.NextElement();) {
    RawJson text;
    ReadMembers(json.Skip(), {{"text", &text}});
    if (!TextOf(text)) continue;
    if (!joined.empty()) joined.append(separator);
    joined.append(*TextOf(text));
  }
  return joined;
}

// Sealed beside a text it is that text's signature, alone it is all there is.
void InputReader::ReadReasoning(const Item& item) {
  if (!item.content.empty() && !item.content.starts_with('[')) Drop("input[reasoning].content");
  std::string text = JoinTexts(item.content, "");
  if (text.empty()) text = JoinTexts(item.summary, "\\n\\n");
  const JsonText sealed = TextIn(item.encrypted_content);
  if (text.empty() && sealed.empty()) return;
  if (!JoinsLastMessage()) request_->messages.emplace_back().role = Role::kAssistant;
  Part& part = request_->messages.back().parts.emplace_back();
  if (text.empty()) {
    part.kind = Part::Kind::kSealedReasoning;
    part.data = sealed;
    return;
  }
  part.kind = Part::Kind::kReasoning;
  part.text = request_->store.Keep(std::move(text));
  part.signature = sealed;
}

InputReader::ItemReader InputReader::ReaderOf(JsonText type) {
  if (type == "message") return &InputReader::ReadMessage;
  if (type == "function_call") return &InputReader::ReadCall;
  if (type == "function_call_output") return &InputReader::ReadOutput;
  if (type == "reasoning") return &InputReader::ReadReasoning;
  return nullptr;
}

// What an item repeats of the answer that it was a part of, and hints.
bool IsEcho(std::string_view key) {
  constexpr std::string_view kNames[] = {"id",       "status",      "caller",
                                         "logprobs", "annotations", "prompt_cache_breakpoint"};
  return std::find(std::begin(kNames), std::end(kNames), key) != std::end(kNames);
}

void InputReader::Read(RawJson raw) {
  Item item;
  std::vector<std::string_view> others;
  const bool read = EachMember(raw, [&](std::string_view key, RawJson value) {
    const auto* const known = std::find_if(std::begin(kMembers), std::end(kMembers),
                                           [key](const auto& its) { return its.first == key; });
    const bool is_text = key == "call_id" || key == "name" || key == "encrypted_content";
    if (known != std::end(kMembers) && (!is_text || TextOf(value))) {
      item.*(known->second) = value;
    } else if (!IsEcho(key) && json::HasSubstance(value)) {
      others.push_back(key);
    }
  });
  if (!read) return Drop("input[]");
  if (!item.type.empty() && !TextOf(item.type)) Drop("input[].type");
  const std::string_view untyped = item.role.empty() ? "item_reference" : "message";
  const JsonText type = TextOf(item.type).value_or(untyped);
  const ItemReader reader = ReaderOf(type);
  if (reader == nullptr) return Drop("input[" + Plain(type) + "]");
  for (const std::string_view key : others) Drop("input[" + Plain(type) + "]." + std::string(key));
  (this->*reader)(item);
}

}  // namespace

void ReadInput(RawJson input, NeutralRequest* request) {
  if (const auto text = TextOf(input)) {
    request->messages.emplace_back().parts.emplace_back().text = *text;
    return;
  }
  json::JsonCursor json(input);
  if (!json.EnterArray()) return AddDropped("input", &request->dropped);
  InputReader reader(request);
  while (json.NextElement()) reader.Read(json.Skip());
}

}  // namespace banto::api::openai
