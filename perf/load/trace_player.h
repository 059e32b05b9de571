// Sends the requests of a trace at their times, each on a connection that is free or new, with
// prompts whose text is made of the numbers of their pieces.
#ifndef BANTO_PERF_LOAD_TRACE_PLAYER_H_
#define BANTO_PERF_LOAD_TRACE_PLAYER_H_

#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "perf/load/client.h"
#include "perf/trace/trace.h"

namespace banto::perf {

class TracePlayer : public PromptSource, public Witness {
 public:
  TracePlayer(const Trace& trace, const LoadOptions& options);
  ~TracePlayer() override;

  void Start(Campaign* campaign);
  void GiveUpAfter(Clock::duration limit);
  const Prompt* Next(Prompt* scratch, std::mt19937_64* random) override;
  void OnDone(Client* client, Outcome outcome) override;

 private:
  void Schedule(size_t number, Clock::time_point when);
  void Send(size_t number, Clock::time_point due);
  void WriteRow(const Client& client, Outcome outcome);

  const Trace& trace_;
  const double speed_;
  const std::string head_;
  const std::string model_;
  Campaign* campaign_ = nullptr;
  Clock::time_point begun_;
  std::vector<size_t> next_of_session_;  // by request; 0: none
  std::vector<Clock::time_point> due_;   // by request
  std::vector<std::unique_ptr<Client>> clients_;
  std::vector<Client*> idle_;
  size_t sending_ = 0;
  std::FILE* rows_ = nullptr;
};

// The body of a request of a trace, and what its answer will be. Pure.
std::string TracedBody(const TracedRequest& request, const std::string& model, Prompt* prompt);

}  // namespace banto::perf

#endif  // BANTO_PERF_LOAD_TRACE_PLAYER_H_
