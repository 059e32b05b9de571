#include "proxy/api/openai/request_text.h"

#include "proxy/api/json_each.h"
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

bool IsFlag(RawJson value) { return value == "true" || value == "false"; }

// What is obfuscated are the lengths of what OpenAI's servers send.
void ReadStreamOptions(RawJson options, NeutralRequest* request) {
  const bool read = EachMember(options, [&](std::string_view key, RawJson value) {
    if (key == "include_usage" && IsFlag(value)) {
      request->include_usage = value == "true";
    } else if (key != "include_obfuscation" && json::HasSubstance(value)) {
      AddDropped("stream_options." + std::string(key), &request->dropped);
    }
  });
  if (!read) AddDropped("stream_options", &request->dropped);
}

}  // namespace

bool TakeCommon(std::string_view key, RawJson value, NeutralRequest* request) {
  if (key == "model") {
    request->model = TextIn(value);
  } else if (key == "stream") {
    if (!IsFlag(value)) AddDropped("stream", &request->dropped);
    request->stream = value == "true";
  } else if (key == "stream_options") {
    ReadStreamOptions(value, request);
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

void AppendStream(bool stream, const WorkerForm& worker, std::string* json) {
  if (!stream) return;
  json->append(R"(,"stream":true)");
  if (worker.takes_usage_wish) json->append(R"(,"stream_options":{"include_usage":true})");
}

}  // namespace banto::api::openai
