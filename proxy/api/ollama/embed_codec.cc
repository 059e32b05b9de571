#include "proxy/api/ollama/embed_codec.h"

#include <optional>

#include "proxy/api/embedding_numbers.h"
#include "proxy/api/ollama/only_text.h"
#include "proxy/api/ollama/option_names.h"
#include "proxy/api/ollama/request_members.h"
#include "proxy/json/json_cursor.h"
#include "proxy/json/json_scan.h"

namespace banto::api::ollama {
namespace {

using json::JsonCursor;

CannotCarry ReadRequest(std::string_view body, std::string_view input, NeutralRequest* request) {
  JsonCursor json(body);
  std::string_view name;
  if (!json.EnterObject()) return std::nullopt;
  while (json.NextMember(&name)) {
    const RawJson value = json.Skip();
    if (name == input && value != "null") {
      request->inputs = value;
    } else if (!TakeSetting(kEmbedMembers, name, value, &request->settings)) {
      ReadMember(name, value, request);
    }
  }
  // Members of its other requests.
  if (request->format.kind != AnswerFormat::Kind::kUnset) AddDropped("format", &request->dropped);
  if (request->reasoning.kind != ReasoningWish::Kind::kUnset)
    AddDropped("think", &request->dropped);
  return json.Finish() ? CannotCarry() : CannotCarry(kTooDeep);
}

// Whether an Ollama takes it: a string, or a list of strings.
bool IsText(RawJson inputs) {
  if (inputs.starts_with('"')) return true;
  JsonCursor json(inputs);
  if (!json.EnterArray()) return false;
  while (json.NextElement()) {
    if (json.Peek() != '"') return false;
    json.Skip();
  }
  return true;
}

void AppendRow(RawJson row, std::string* json) {
  if (row.starts_with('"')) {
    AppendNumbers(json::Unquoted(row), json);
  } else {
    json->append(row.starts_with('[') ? row : "[]");
  }
}

}  // namespace

CannotCarry ReadEmbedRequest(std::string_view body, NeutralRequest* request) {
  return ReadRequest(body, "input", request);
}

CannotCarry ReadOldEmbeddingsRequest(std::string_view body, NeutralRequest* request) {
  return ReadRequest(body, "prompt", request);
}

WrittenRequest WriteEmbedRequest(const NeutralRequest& request, const WorkerForm& worker) {
  WrittenRequest written;
  if (!IsText(request.inputs)) {
    written.refused =
        "The model is served by an Ollama, which embeds texts: token ids in `input` cannot be "
        "translated.";
    return written;
  }
  written.body = OpenRequest(worker).append(R"(,"input":)").append(request.inputs);
  CloseRequest(request, worker, Members::kEmbed, &written);
  return written;
}

WrittenRequest WriteOldEmbeddingsRequest(const NeutralRequest& request, const WorkerForm& worker) {
  WrittenRequest written;
  const std::optional<RawJson> prompt = OnlyText(request.inputs);
  if (!prompt) {
    written.refused =
        "The model is served by an Ollama's /api/embeddings, which embeds one text: a list in "
        "`input` cannot be translated.";
    return written;
  }
  written.body = OpenRequest(worker).append(R"(,"prompt":)").append(*prompt);
  CloseRequest(request, worker, Members::kEmbed, &written);
  return written;
}

std::string WriteEmbedAnswer(const AnswerContext& context, const NeutralAnswer& answer) {
  std::string body = R"({"model":)";
  json::AppendJsonString(context.model, &body);
  body.append(R"(,"embeddings":[)");
  for (size_t row = 0; row < answer.embeddings.size(); ++row) {
    if (row > 0) body.append(",");
    AppendRow(answer.embeddings[row], &body);
  }
  body.append(R"(],"total_duration":0,"load_duration":0)");
  if (answer.usage.input >= 0)
    body.append(R"(,"prompt_eval_count":)").append(std::to_string(answer.usage.input));
  return body.append("}");
}

std::string WriteOldEmbeddingsAnswer(const AnswerContext&, const NeutralAnswer& answer) {
  std::string body = R"({"embedding":)";
  AppendRow(answer.embeddings.empty() ? RawJson() : answer.embeddings[0], &body);
  return body.append("}");
}

bool ReadEmbeddings(std::string_view body, AnswerSink* sink) {
  AnswerEvent row, usage;
  row.kind = AnswerEvent::Kind::kEmbedding;
  usage.kind = AnswerEvent::Kind::kUsage;
  JsonCursor json(body);
  std::string_view name;
  if (!json.EnterObject()) return false;
  while (json.NextMember(&name)) {
    if (name == "embeddings" && json.EnterArray()) {
      for (; json.NextElement(); ++row.choice) {
        row.text = json.Skip();
        if (!row.text.starts_with('[')) return false;
        sink->On(row);
      }
      continue;
    }
    const RawJson value = json.Skip();
    if (name == "embedding") {
      if (!value.starts_with('[')) return false;
      row.text = value;
      sink->On(row);
    } else if (name == "prompt_eval_count") {
      usage.usage.input = json::IntegerOr(value, -1);
    }
  }
  if (usage.usage.input >= 0) sink->On(usage);
  return json.Finish();
}

}  // namespace banto::api::ollama
