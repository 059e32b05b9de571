// One connection that sends requests and checks the answers, one after the other.
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

class Client;

// Hears how each request ended.
class Witness {
 public:
  virtual ~Witness() = default;
  virtual void OnDone(Client* client, Outcome outcome) = 0;
};

// State shared by the clients. They stop when nothing is left to send.
struct Campaign {
  Poller& poller;
  const LoadOptions& options;
  PromptSource& prompts;
  Tally& tally;
  std::mt19937_64 random;
  Clock::time_point end;
  int64_t issued = 0;
  int64_t working = 0;  // clients waiting for an answer
  Witness* witness = nullptr;

  bool over() const {
    return poller.now() >= end || (options.requests > 0 && issued >= options.requests);
  }
};

class Client : public Poller::Handler {
 public:
  explicit Client(Campaign& campaign) : campaign_(campaign) {}
  ~Client() override { Disconnect(); }

  void Ask();  // sends the next request, or nothing once the campaign is over
  // The same at a given rate: sends as soon as the client is free; timed from `due`.
  void AskAt(Clock::time_point due);
  void OnReady(uint32_t events) override;
  void GiveUpAfter(Clock::duration limit);  // fails a request that takes longer

  // Of the request that is being answered, or was last.
  const Prompt& prompt() const { return *prompt_; }
  Clock::time_point asked_at() const { return asked_at_; }
  Clock::time_point first_token_at() const { return first_token_at_; }
  int64_t tokens() const { return check_.tokens(); }

 private:
  bool paced() const { return campaign_.options.rate > 0 || !campaign_.options.trace.empty(); }
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
  int64_t abort_after_ = -1;  // tokens; 0: right after sending
  bool busy_ = false;
  bool reused_ = false;  // the connection has already carried an answer
  bool wants_to_write_ = false;
  Clock::time_point asked_at_, first_token_at_, token_at_;
  std::deque<Clock::time_point> due_;  // not sent yet
};

}  // namespace banto::perf

#endif  // BANTO_PERF_LOAD_CLIENT_H_
