#include "proxy/api/openai/openai_object.h"

namespace banto::api::openai {
namespace {

using json::JsonCursor;

void ReadChoices(JsonCursor* json, ChoiceTable* table, OpenAiObject* object) {
  if (!json->EnterArray()) {
    json->Skip();
    return;
  }
  object->has_choices = true;
  for (int64_t position = 0; json->NextElement(); ++position) {
    const ChoiceTable::News news = table->Read(json, position);
    object->no_choices = false;
    object->generated = object->generated || news.generated;
    object->finished = object->finished || news.finished;
    object->called = object->called || news.called;
    if (!news.text.empty()) object->text = news.text;
  }
}

bool IsDigits(std::string_view raw) {
  return !raw.empty() && raw.find_first_not_of("0123456789") == std::string_view::npos;
}

void Keep(std::string_view key, std::string_view value, OpenAiObject* object) {
  if (key == "id") {
    if (value.front() == '"') object->id = json::Unquoted(value);
  } else if (key == "created") {
    if (IsDigits(value)) object->created = value;
  } else if (key == "usage") {
    if (value.front() == '{') object->usage = value;
  } else if (key == "error") {
    object->is_error = object->is_error || json::HasSubstance(value);
  } else if (key == "object") {
    object->is_error = object->is_error || value == "\"error\"";
  }
}

}  // namespace

OpenAiObject ReadOpenAiObject(std::string_view text, ChoiceTable* table) {
  OpenAiObject object;
  JsonCursor json(text);
  std::string_view key;
  if (!json.EnterObject()) return object;
  while (json.NextMember(&key)) {
    if (key == "choices") {
      ReadChoices(&json, table, &object);
      continue;
    }
    const std::string_view value = json.Skip();
    if (!value.empty()) Keep(key, value, &object);
  }
  object.is_json = json.Finish();
  object.utf8_ok = json.utf8_ok();
  return object;
}

void LocateIdentity(const OpenAiObject& object, std::string_view bytes, FrameVerdict* spans) {
  Locate(object.id, bytes, &spans->id_at, &spans->id_size);
  Locate(object.created, bytes, &spans->created_at, &spans->created_size);
}

}  // namespace banto::api::openai
