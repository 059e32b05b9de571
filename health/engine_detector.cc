#include "health/engine_detector.h"

#include <algorithm>

#include "health/engine_pages.h"
#include "health/model_list.h"
#include "proxy/api/engine_traits.h"
#include "proxy/http/writer.h"

namespace banto::health {
namespace {

using api::WorkerKind;

enum Step : size_t { kModels, kOllamaVersion, kInfo, kSglangInfo, kVersion, kHealth, kRoot };
constexpr const char* kQuestions[] = {"/v1/models", "/api/version", "/info", "/get_model_info",
                                      "/version",   "/health",      "/"};
constexpr size_t kHealthBytesMax = 1024;  // a health answer is small, unlike a page of an app

bool Contains(std::string_view text, std::string_view word) {
  return text.find(word) != std::string_view::npos;
}

std::string InWords(const char* path, const HttpGetResult& answer) {
  if (answer.status == 0) return answer.error;
  return std::string("GET ") + path + ": " + std::to_string(answer.status) + " " +
         std::string(http::ReasonPhrase(answer.status));
}

// The kind that has `word` in this column.
WorkerKind KindThatSays(std::string_view word, const char* api::EngineTraits::*column) {
  for (const api::EngineTraits& traits : api::kEngineTraits) {
    if (!word.empty() && word == traits.*column) return traits.kind;
  }
  return WorkerKind::kAuto;
}

}  // namespace

bool IsTunnelError(const HttpGetResult& answer) {
  if (!answer.ngrok_error.empty()) return true;
  return Contains(answer.content_type, "text/html") && Contains(answer.body, "ERR_NGROK_");
}

bool IsLoading(const HttpGetResult& answer) {
  return answer.status == 503 && Contains(answer.body, "Loading model");
}

WorkerKind EngineOfModels(const HttpGetResult& models) {
  const WorkerKind server = KindThatSays(models.server, &api::EngineTraits::server);
  if (api::IsKnown(server)) return server;
  if (models.status != 200) return WorkerKind::kAuto;
  if (IsLlamaCppPythonList(models.body)) return WorkerKind::kLlamaCppPython;
  const auto list = ParseOpenAiModels(models.body);
  if (!list) return WorkerKind::kAuto;
  for (const ListedModel& model : *list) {
    const WorkerKind kind = KindThatSays(model.owned_by, &api::EngineTraits::owner);
    if (api::IsKnown(kind)) return kind;
  }
  return WorkerKind::kAuto;
}

const char* EngineDetector::question() const { return kQuestions[step_]; }

// Whether an answer ends this round: nothing is there, something else is, or it is not ready yet.
bool EngineDetector::EndsAsking(const HttpGetResult& answer) {
  const char* path = kQuestions[step_];
  if (IsTunnelError(answer)) {
    End(State::kNoAnswer,
        std::string("GET ") + path + ": a tunnel's error page " + answer.ngrok_error);
    return true;
  }
  if (IsLoading(answer)) {
    End(State::kLoading, std::string("GET ") + path + ": 503 Loading model");
    return true;
  }
  // A later question may go unanswered if an app hangs on unknown paths.
  if (answer.status == 0 && (step_ == kModels || step_ == kRoot || answer.refused)) {
    End(State::kNoAnswer, answer.error);
    return true;
  }
  return false;
}

void EngineDetector::Observe(const HttpGetResult& answer) {
  if (EndsAsking(answer)) return;
  const bool ok = answer.status == 200;
  switch (static_cast<Step>(step_)) {
    case kModels:
      return OnModels(answer);
    case kOllamaVersion:
      return ok && ParseVersion(answer.body) ? Found(WorkerKind::kOllama) : Next();
    case kInfo: {
      const auto info = ok ? ParseInfo(answer.body) : std::nullopt;
      if (!info) return Next();
      return Found(info->is_tei ? WorkerKind::kTei : WorkerKind::kTgi);
    }
    case kSglangInfo:
      return ok && ParseSglangInfo(answer.body) ? Found(WorkerKind::kSglang) : Next();
    case kVersion:
      // Any app may have a /version; one under uvicorn that also speaks OpenAI is vLLM (its key
      // only guards /v1).
      return ok && (listed_ || walled_) && answer.server == "uvicorn" && ParseVersion(answer.body)
                 ? Found(WorkerKind::kVllm)
                 : Next();
    case kHealth:
      return OnHealth(answer);
    case kRoot:
      return Found(Contains(answer.body, "Ollama is running") ? WorkerKind::kOllama
                                                              : WorkerKind::kHttp);
  }
}

void EngineDetector::OnModels(const HttpGetResult& answer) {
  const WorkerKind kind = EngineOfModels(answer);
  if (api::IsKnown(kind)) return Found(kind);
  // A gateway whose worker is missing: its answer says nothing about the engine.
  if (answer.status >= 502 && answer.status <= 504) {
    return End(State::kNoAnswer, InWords(kQuestions[kModels], answer));
  }
  const auto list = answer.status == 200 ? ParseOpenAiModels(answer.body) : std::nullopt;
  listed_ = list.has_value();
  walled_ = (answer.status == 401 || answer.status == 403) && IsApiError(answer.body);
  // LiteLLM lists everything as owned by "openai", and its /health sends a request to every model.
  may_probe_ = listed_ && std::none_of(list->begin(), list->end(), [](const ListedModel& m) {
                 return m.owned_by == "openai" || m.owned_by == "system";
               });
  Next();
}

void EngineDetector::OnHealth(const HttpGetResult& answer) {
  const bool plain = answer.whole && answer.body.size() <= kHealthBytesMax &&
                     !Contains(answer.content_type, "text/html");
  if (answer.status == 200 && plain) health_path_ = kQuestions[kHealth];
  Found(WorkerKind::kOpenAi);
}

void EngineDetector::Next() {
  ++step_;
  if (step_ == kHealth && !may_probe_) ++step_;
  if (step_ == kRoot && (listed_ || walled_)) Found(WorkerKind::kOpenAi);
}

void EngineDetector::Found(WorkerKind kind) {
  state_ = State::kFound;
  kind_ = kind;
}

void EngineDetector::End(State state, std::string reason) {
  state_ = state;
  reason_ = std::move(reason);
}

}  // namespace banto::health
