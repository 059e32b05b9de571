#include "proxy/api/openai/request_text.h"

#include "proxy/json/json_cursor.h"
#include "proxy/json/json_scan.h"

namespace banto::api::openai {
namespace {

using json::JsonCursor;

// One text, or a list of them.
void ReadStop(RawJson raw, NeutralRequest* request) {
  if (const std::optional<JsonText> text = TextOf(raw)) {
    if (!text->empty()) request->stop.push_back(*text);
    return;
  }
  JsonCursor json(raw);
  if (!json.EnterArray()) return AddDropped("stop", &request->dropped);
  while (json.NextElement()) {
    const std::optional<JsonText> text = TextOf(json.Skip());
    if (text && !text->empty()) {
      request->stop.push_back(*text);
    } else {
      AddDropped("stop", &request->dropped);
    }
  }
}

bool WantsUsage(RawJson stream_options) {
  JsonCursor json(stream_options);
  std::string_view key;
  bool wants = false;
  if (!json.EnterObject()) return false;
  while (json.NextMember(&key)) {
    const RawJson value = json.Skip();
    if (key == "include_usage") wants = value == "true";
  }
  return wants;
}

}  // namespace

bool TakeCommon(std::string_view key, RawJson value, NeutralRequest* request) {
  if (key == "model") {
    request->model = TextIn(value);
  } else if (key == "stream") {
    request->stream = value == "true";
  } else if (key == "stream_options") {
    request->include_usage = WantsUsage(value);
  } else if (key == "stop") {
    ReadStop(value, request);
  } else {
    return false;
  }
  return true;
}

void BeginRequest(std::string_view model, std::string* json) {
  json->append(R"({"model":)");
  json::AppendJsonString(model, json);
}

void AppendStop(const std::vector<JsonText>& stop, std::string* json) {
  if (stop.empty()) return;
  json->append(R"(,"stop":[)");
  for (const JsonText text : stop) {
    if (json->back() != '[') *json += ',';
    AppendQuoted(text, json);
  }
  *json += ']';
}

void AppendStream(bool stream, std::string* json) {
  if (stream) json->append(R"(,"stream":true,"stream_options":{"include_usage":true})");
}

}  // namespace banto::api::openai
