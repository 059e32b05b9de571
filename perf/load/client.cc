#include "perf/load/client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

namespace banto::perf {
namespace {

constexpr auto kAfterFailure = std::chrono::milliseconds(20);

}  // namespace

void Client::Ask() {
  if (!paced()) return Begin(Clock::now());
  if (busy_ || due_.empty()) return;
  const Clock::time_point due = due_.front();
  due_.pop_front();
  Begin(due);
}

void Client::AskAt(Clock::time_point due) {
  if (!busy_) return Begin(Clock::now());
  due_.push_back(due);
}

void Client::Begin(Clock::time_point asked_at) {
  if (campaign_.over()) return;
  ++campaign_.issued;
  ++campaign_.working;
  busy_ = true;
  prompt_ = campaign_.prompts.Next(&scratch_, &campaign_.random);
  check_.Begin(prompt_->seed, prompt_->tokens);
  abort_after_ = -1;
  std::uniform_real_distribution<double> share(0, 1);
  if (campaign_.options.abort_share > 0 &&
      share(campaign_.random) < campaign_.options.abort_share) {
    const auto tokens = static_cast<uint64_t>(prompt_->streamed ? prompt_->tokens : 1);
    abort_after_ = static_cast<int64_t>(campaign_.random() % tokens);
  }
  sent_ = 0;
  reader_.Reset();
  body_.clear();
  asked_at_ = asked_at;
  if (fd_ < 0 && !Connect()) return Done(Outcome::kError, "connect");
  Send();
}

bool Client::Connect() {
  fd_ = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd_ < 0) return false;
  const int on = 1;
  setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<uint16_t>(campaign_.options.port));
  reused_ = wants_to_write_ = false;
  campaign_.poller.Watch(fd_, EPOLLIN, this);
  const int result = connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof(address));
  if (result == 0 || errno == EINPROGRESS) return true;
  Disconnect();
  return false;
}

void Client::Disconnect() {
  if (fd_ < 0) return;
  campaign_.poller.Forget(fd_, this);
  close(fd_);
  fd_ = -1;
}

void Client::OnReady(uint32_t events) {
  if (busy_ && (events & EPOLLOUT)) Send();
  if (fd_ >= 0 && (events & (EPOLLIN | EPOLLHUP | EPOLLERR))) Receive();
}

void Client::Send() {
  const std::string& request = prompt_->request;
  while (sent_ < request.size()) {
    const ssize_t size = send(fd_, request.data() + sent_, request.size() - sent_, MSG_NOSIGNAL);
    if (size < 0 && errno != EAGAIN) return OnClosed("reset");
    if (size < 0) break;
    sent_ += static_cast<size_t>(size);
  }
  const bool more = sent_ < request.size();
  if (!more && abort_after_ == 0) return Done(Outcome::kAborted);
  if (more == wants_to_write_) return;
  wants_to_write_ = more;
  campaign_.poller.Change(fd_, more ? EPOLLIN | EPOLLOUT : EPOLLIN, this);
}

void Client::Receive() {
  static char buffer[256 << 10];
  const ssize_t size = recv(fd_, buffer, sizeof(buffer), 0);
  if (size < 0 && errno == EAGAIN) return;
  if (size <= 0) return OnClosed(size == 0 ? "cut" : "reset");
  if (busy_) OnBytes({buffer, static_cast<size_t>(size)});
}

void Client::OnClosed(const char* how) {
  if (!busy_) return Disconnect();
  if (reader_.FinishAtClose()) {
    OnBody();
    return Judge();
  }
  const bool retry = reused_ && !reader_.started();
  Disconnect();
  if (!retry) return Done(Outcome::kError, check_.has_error() ? "error_event" : how);
  // A kept connection may be closed just as it is reused, which is no error.
  ++campaign_.tally.retried;
  sent_ = 0;
  if (!Connect()) return Done(Outcome::kError, "connect");
  Send();
}

void Client::OnBytes(std::string_view bytes) {
  bytes.remove_prefix(reader_.Feed(bytes, &body_));
  if (reader_.state() == HttpReader::State::kBroken) return Done(Outcome::kError, "no_http");
  OnBody();
  if (abort_after_ > 0 && check_.tokens() >= abort_after_) return Done(Outcome::kAborted);
  if (reader_.state() != HttpReader::State::kDone) return;
  // Surplus bytes would be taken for the next answer.
  if (!bytes.empty()) return Done(Outcome::kWrong);
  Judge();
}

void Client::OnBody() {
  if (reader_.status() != 200) return;
  const Clock::time_point now = campaign_.poller.now();
  if (!prompt_->streamed) {
    if (reader_.state() == HttpReader::State::kDone) check_.ReadWhole(body_);
    return;
  }
  const bool first = check_.tokens() == 0;
  const int64_t tokens = check_.ReadStream(&body_, campaign_.options.api == "ollama");
  if (tokens == 0) return;
  if (first) {
    first_token_at_ = now;
    campaign_.tally.first_token.Add(now - asked_at_);
  } else {
    campaign_.tally.between_tokens.Add(now - token_at_);
  }
  token_at_ = now;
}

void Client::Judge() {
  Tally& tally = campaign_.tally;
  const std::string_view cache = reader_.Header("x-cache");
  if (!cache.empty()) ++tally.cache[std::string(cache)];
  const int status = reader_.status();
  if (status != 200) return Done(Outcome::kError, "status_" + std::to_string(status));
  if (check_.wrong()) return Done(Outcome::kWrong);
  if (check_.has_error()) return Done(Outcome::kError, "error_event");
  if (!check_.has_terminal()) return Done(Outcome::kError, "no_terminal");
  if (!check_.is_long_enough()) return Done(Outcome::kTruncated);
  tally.whole.Add(Clock::now() - asked_at_);
  Done(Outcome::kOk);
}

void Client::Done(Outcome outcome, const std::string& error) {
  campaign_.tally.Count(outcome, error);
  campaign_.tally.tokens += static_cast<uint64_t>(check_.tokens());
  --campaign_.working;
  busy_ = false;
  const bool answered = reader_.state() == HttpReader::State::kDone;
  const bool keeps = answered && outcome != Outcome::kAborted && reader_.keeps_connection();
  reused_ = keeps;
  if (!keeps) Disconnect();
  if (campaign_.witness != nullptr) campaign_.witness->OnDone(this, outcome);
  if (campaign_.over()) {
    if (campaign_.working == 0) campaign_.poller.Stop();
    return;
  }
  // Deferred, so that a client that fails fast cannot starve the others, and does not recurse.
  const auto pause = outcome == Outcome::kError ? kAfterFailure : std::chrono::milliseconds(0);
  if (outcome == Outcome::kOk) return Ask();
  campaign_.poller.At(campaign_.poller.now() + pause, [this] { Ask(); });
}

void Client::GiveUpAfter(Clock::duration limit) {
  if (busy_ && campaign_.poller.now() - asked_at_ > limit) Done(Outcome::kError, "timeout");
}

}  // namespace banto::perf
