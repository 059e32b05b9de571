// Embeddings. They do not stream.
#include <algorithm>

#include "proxy/api/embedding_numbers.h"
#include "proxy/api/openai/answer_words.h"
#include "proxy/api/openai/codecs.h"
#include "proxy/api/openai/request_text.h"
#include "proxy/api/openai/setting_names.h"
#include "proxy/json/json_cursor.h"
#include "proxy/json/json_scan.h"

namespace banto::api::openai {
namespace {

using json::JsonCursor;

// More inputs than any request can have.
constexpr int64_t kRowsMax = 1 << 20;

CannotCarry ReadRequest(std::string_view body, NeutralRequest* request) {
  JsonCursor json(body);
  std::string_view key;
  if (!json.EnterObject()) return kNoObject;
  while (json.NextMember(&key)) {
    const RawJson value = json.Skip();
    if (key == "model") {
      request->model = TextIn(value);
    } else if (key == "input") {
      request->inputs = value;
    } else if (key == "encoding_format" && TextOf(value)) {
      request->base64 = TextIn(value) == "base64";
    } else if (!TakeSetting(kEmbeddingSettings, key, value, &request->settings) &&
               json::HasSubstance(value)) {
      AddDropped(std::string(key), &request->dropped);
    }
  }
  if (!json.Finish()) return kTooDeep;
  return std::nullopt;
}

WrittenRequest WriteRequest(const NeutralRequest& request, const WorkerForm& worker) {
  WrittenRequest written;
  std::string& json = written.body;
  BeginRequest(worker.model, &json);
  json.append(R"(,"input":)").append(request.inputs.empty() ? R"("")" : request.inputs);
  if (request.base64) json.append(R"(,"encoding_format":"base64")");
  if (!request.stop.empty()) AddDropped("options.stop", &written.dropped);
  AppendSettings(request.settings, kEmbeddingSettings, worker.engines, &json, &written.dropped);
  json += '}';
  return written;
}

void ReadRow(RawJson raw, int64_t position, AnswerSink* sink) {
  JsonCursor json(raw);
  std::string_view key;
  int64_t index = position;
  AnswerEvent event;
  event.kind = AnswerEvent::Kind::kEmbedding;
  if (!json.EnterObject()) return;
  while (json.NextMember(&key)) {
    const RawJson value = json.Skip();
    if (key == "index") index = json::IntegerOr(value, position);
    if (key == "embedding") event.text = value;
  }
  if (index < 0 || index >= kRowsMax) return;
  event.choice = static_cast<int>(index);
  sink->On(event);
}

bool ReadWhole(std::string_view body, AnswerSink* sink) {
  JsonCursor json(body);
  std::string_view key;
  bool listed = false;
  if (!json.EnterObject()) return false;
  while (json.NextMember(&key)) {
    if (key == "data" && json.EnterArray()) {
      listed = true;
      for (int64_t position = 0; json.NextElement(); ++position)
        ReadRow(json.Skip(), position, sink);
      continue;
    }
    const RawJson value = json.Skip();
    if (key != "usage") continue;
    AnswerEvent event;
    event.kind = AnswerEvent::Kind::kUsage;
    event.usage = ReadTokenCounts(value);
    sink->On(event);
  }
  return listed && json.Finish();
}

// As it came, where that is the form that was asked.
void AppendRow(RawJson row, bool base64, std::string* json) {
  if (row.starts_with(base64 ? '"' : '[')) {
    json->append(row);
  } else if (base64) {
    *json += '"';
    AppendBase64(row, json);
    *json += '"';
  } else {
    AppendNumbers(TextIn(row), json);
  }
}

std::string WriteWhole(const AnswerContext& context, const NeutralAnswer& answer) {
  std::string json = R"({"object":"list","data":[)";
  for (size_t row = 0; row < answer.embeddings.size(); ++row) {
    json.append(row == 0 ? "" : ",").append(R"({"object":"embedding","index":)");
    json.append(std::to_string(row)).append(R"(,"embedding":)");
    AppendRow(answer.embeddings[row], context.request->base64, &json);
    json += '}';
  }
  json.append(R"(],"model":)");
  json::AppendJsonString(context.model, &json);
  // A part that its readers demand.
  const std::string tokens = std::to_string(std::max<int64_t>(answer.usage.input, 0));
  json.append(R"(,"usage":{"prompt_tokens":)").append(tokens);
  return json.append(R"(,"total_tokens":)").append(tokens).append("}}");
}

}  // namespace

constinit const Codec kEmbeddingsCodec = {
    .read_request = ReadRequest,
    .write_stream = nullptr,
    .write_whole = WriteWhole,
    .write_request = WriteRequest,
    .read_stream = nullptr,
    .read_whole = ReadWhole,
};

}  // namespace banto::api::openai
