// One client of a simulated engine: reads requests one after the other and answers each.
#ifndef BANTO_PERF_SIM_WORKER_CONNECTION_H_
#define BANTO_PERF_SIM_WORKER_CONNECTION_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "perf/common/http_reader.h"
#include "perf/common/poller.h"
#include "perf/sim_worker/ask.h"
#include "perf/sim_worker/fault.h"
#include "perf/sim_worker/frame_writer.h"
#include "perf/sim_worker/timed_engine.h"

namespace banto::perf {

class Worker;
struct Recording;

class Connection : public Poller::Handler, public StepEngine::Sequence {
 public:
  Connection(Worker& worker, int fd);
  ~Connection() override;

  void OnReady(uint32_t events) override;
  void OnSlot(int64_t cached_tokens) override;
  void OnTokens(int64_t first, int64_t count, bool last) override;

  void Close();
  void Reset();  // closes with RST
  // The far future while a request is being answered.
  Clock::time_point idle_since() const { return idle_since_; }

 private:
  void Read();
  void TakeRequests(std::string_view bytes);
  void OnRequest();
  void Answer(std::string_view method, std::string_view path);
  void AnswerOfModel();
  void BeginAnswer();  // after any delay
  void EndStreamBadly();
  void EndWholeBadly();
  void LeaveEngine();
  void Reply(int status, std::string_view body, std::string_view type = {});
  void Replay(const Recording& recording, size_t piece, size_t at);
  void Finish(bool close);
  void Flush();
  bool FaultAt(int64_t tokens) const;

  Worker& worker_;
  int fd_;
  HttpReader reader_{HttpReader::Kind::kRequest};
  std::string waiting_;  // received while a request was being answered
  std::string body_, out_;
  Ask ask_;
  Fault fault_;  // of this request
  std::optional<FrameWriter> writer_;
  std::optional<Poller::TimerId> timer_;  // for a delay or a replay
  bool busy_ = false;
  bool close_when_flushed_ = false;
  bool client_keeps_ = true;
  bool in_engine_ = false;
  bool taking_ = false;
  uint32_t watched_;
  Clock::time_point idle_since_;
};

}  // namespace banto::perf

#endif  // BANTO_PERF_SIM_WORKER_CONNECTION_H_
