// Detects which engine a worker runs by cheap GETs: names the next question and takes the answer
// until it knows. Pure (performs no I/O), so that tests can replay recorded answers of real
// engines. One object per round, owned by the WorkerWatch.
#ifndef BANTO_HEALTH_ENGINE_DETECTOR_H_
#define BANTO_HEALTH_ENGINE_DETECTOR_H_

#include <string>
#include <string_view>

#include "conf/config.h"
#include "health/http_get.h"

namespace banto::health {

// The engine that an answer to GET /v1/models reveals (by its owner, or llama.cpp's Server field);
// kAuto: none that we know.
api::WorkerKind EngineOfModels(const HttpGetResult& models);

// An error page of a tunnel whose far end is offline (ngrok): its status and body are not the
// worker's.
bool IsTunnelError(const HttpGetResult& answer);

// 503 "Loading model": llama.cpp answers so on every path until the model is loaded.
bool IsLoading(const HttpGetResult& answer);

class EngineDetector {
 public:
  enum class State : uint8_t {
    kAsking,    // question() awaits its answer
    kFound,     // kind() is the result
    kLoading,   // alive, but not identifiable yet: start over later
    kNoAnswer,  // nothing there, or only a gateway in between; see reason()
  };

  State state() const { return state_; }
  const char* question() const;  // the path to GET next
  void Observe(const HttpGetResult& answer);

  api::WorkerKind kind() const { return kind_; }
  // Where an OpenAI-compatible server of unknown make answers health checks; empty: nowhere.
  const std::string& health_path() const { return health_path_; }
  const std::string& reason() const { return reason_; }

 private:
  bool EndsAsking(const HttpGetResult& answer);
  void OnModels(const HttpGetResult& answer);
  void OnHealth(const HttpGetResult& answer);
  void Next();
  void Found(api::WorkerKind kind);
  void End(State state, std::string reason);

  State state_ = State::kAsking;
  size_t step_ = 0;
  api::WorkerKind kind_ = api::WorkerKind::kAuto;
  bool listed_ = false;     // /v1/models returned an OpenAI list
  bool walled_ = false;     // … or a refusal because the key is missing
  bool may_probe_ = false;  // … and its owner is not one whose /health costs money
  std::string health_path_, reason_;
};

}  // namespace banto::health

#endif  // BANTO_HEALTH_ENGINE_DETECTOR_H_
