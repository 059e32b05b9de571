// Which engine a worker is, found by cheap GETs: names the next question, takes the answer, until
// it knows. Pure (it never asks by itself), so that recorded answers of real engines can be played
// to it. One object a round; its owner is the WorkerWatch.
#ifndef BANTO_HEALTH_ENGINE_DETECTOR_H_
#define BANTO_HEALTH_ENGINE_DETECTOR_H_

#include <string>
#include <string_view>

#include "conf/config.h"
#include "health/http_get.h"

namespace banto::health {

// The engine that an answer to GET /v1/models names by itself (its owner, llama.cpp's Server
// field); kAuto: none that we know.
api::WorkerKind EngineOfModels(const HttpGetResult& models);

// A page of a tunnel whose other end is away (ngrok): its status and body are not the worker's.
bool IsTunnelError(const HttpGetResult& answer);

// 503 "Loading model": llama.cpp says so on every path until the model is there.
bool IsLoading(const HttpGetResult& answer);

class EngineDetector {
 public:
  enum class State : uint8_t {
    kAsking,    // question() waits for its answer
    kFound,     // kind() is it
    kLoading,   // alive, but not yet saying what it is: ask again from the start later
    kNoAnswer,  // nobody there, or only a gateway in between; reason() says why
  };

  State state() const { return state_; }
  const char* question() const;  // the path to GET next
  void Observe(const HttpGetResult& answer);

  api::WorkerKind kind() const { return kind_; }
  // Where an OpenAI-compatible server of unknown make answers health questions; empty: nowhere.
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
  bool listed_ = false;     // /v1/models was an OpenAI list
  bool walled_ = false;     // … or a refusal for want of a key
  bool may_probe_ = false;  // … and its owner is nobody whose /health costs money
  std::string health_path_, reason_;
};

}  // namespace banto::health

#endif  // BANTO_HEALTH_ENGINE_DETECTOR_H_
