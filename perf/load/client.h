// One connection that asks, checks the answer, and asks again.
#ifndef BANTO_PERF_LOAD_CLIENT_H_
#define BANTO_PERF_LOAD_CLIENT_H_

#include <cstdint>
#include <deque>
#include <random>
#include <string>

#include "perf/common/http_reader.h"
#include "perf/common/poller.h"
#include "perf/load/answer_check.h"
#include "perf/load/options.h"
#include "perf/load/prompts.h"
#include "perf/load/tally.h"

namespace banto::perf {

// What the clients have in common. They stop asking when there is nothing left of it.
struct Campaign {
  Poller& poller;
  const LoadOptions& options;
  Prompts& prompts;
  Tally& tally;
  std::mt19937_64 random;
  Clock::time_point end;
  int64_t issued = 0;
  int64_t working = 0;  // clients that wait for an answer

  bool over() const {
    return poller.now() >= end || (options.requests > 0 && issued >= options.requests);
  }
};

class Client : public Poller::Handler {
 public:
  explicit Client(Campaign& campaign) : campaign_(campaign) {}
  ~Client() override { Disconnect(); }

  void Ask();  // the next question, or none when the campaign is over
  // The same for a rate: as soon as it is free, and timed from when it was due.
  void AskAt(Clock::time_point due);
  void OnReady(uint32_t events) override;
  void GiveUpAfter(Clock::duration limit);  // an answer that takes longer than this

 private:
  bool paced() const { return campaign_.options.rate > 0; }
  void Begin(Clock::time_point asked_at);
  bool Connect();
  void Disconnect();
  void Send();
  void Receive();
  void OnClosed(const char* how);
  void OnBytes(std::string_view bytes);
  void OnBody();
  void Judge();
  void Done(Outcome outcome, const std::string& error = {});

  Campaign& campaign_;
  int fd_ = -1;
  HttpReader reader_{HttpReader::Kind::kResponse};
  AnswerCheck check_;
  Prompt scratch_;
  const Prompt* prompt_ = nullptr;
  std::string body_;
  size_t sent_ = 0;
  int64_t abort_after_ = -1;  // tokens; 0: as soon as it is sent
  bool busy_ = false;
  bool reused_ = false;  // the connection has carried an answer before
  bool wants_to_write_ = false;
  Clock::time_point asked_at_, token_at_;
  std::deque<Clock::time_point> due_;  // that could not be asked yet
};

}  // namespace banto::perf

#endif  // BANTO_PERF_LOAD_CLIENT_H_
