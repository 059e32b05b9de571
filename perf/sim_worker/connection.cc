#include "perf/sim_worker/connection.h"

#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "perf/sim_worker/pages.h"
#include "perf/sim_worker/worker.h"

namespace banto::perf {
namespace {

constexpr auto kBetweenPieces = std::chrono::milliseconds(1);
constexpr std::string_view kTooLong =
    R"({"error":{"message":"This model's context is shorter than the prompt and its answer.","type":"BadRequestError","param":null,"code":400}})";

}  // namespace

Connection::Connection(Worker& worker, int fd)
    : worker_(worker), fd_(fd), watched_(EPOLLIN), idle_since_(worker.poller().now()) {
  worker_.poller().Watch(fd_, watched_, this);
}

Connection::~Connection() {
  if (fd_ < 0) return;
  worker_.poller().Forget(fd_, this);
  close(fd_);
}

void Connection::OnReady(uint32_t events) {
  if (events & EPOLLOUT) Flush();
  if (fd_ >= 0 && (events & (EPOLLIN | EPOLLHUP | EPOLLERR))) Read();
}

void Connection::Read() {
  static char buffer[256 << 10];
  const ssize_t size = recv(fd_, buffer, sizeof(buffer), 0);
  if (size < 0 && errno == EAGAIN) return;
  // A half-close counts as a disconnect, as with every engine.
  if (size <= 0) return Close();
  const std::string_view bytes(buffer, static_cast<size_t>(size));
  if (busy_) {
    waiting_ += bytes;
  } else {
    TakeRequests(bytes);
  }
}

void Connection::TakeRequests(std::string_view bytes) {
  taking_ = true;
  while (!busy_ && fd_ >= 0 && !close_when_flushed_ && !bytes.empty()) {
    bytes.remove_prefix(reader_.Feed(bytes, &body_));
    if (reader_.state() == HttpReader::State::kBroken) {
      taking_ = false;
      return Close();
    }
    if (reader_.state() != HttpReader::State::kDone) break;
    OnRequest();
  }
  taking_ = false;
  waiting_ = bytes;
  Flush();
}

void Connection::OnRequest() {
  busy_ = true;
  idle_since_ = Clock::time_point::max();
  client_keeps_ = reader_.keeps_connection();
  const std::string_view line = reader_.start_line();
  const size_t space = line.find(' ');
  const std::string_view method = line.substr(0, space);
  std::string_view path = line.substr(std::min(line.size(), space + 1));
  path = path.substr(0, path.find(' '));
  Answer(method, path);
}

void Connection::Answer(std::string_view method, std::string_view path) {
  constexpr std::string_view kReplay = "/replay/";
  const std::string_view wanted =
      path.starts_with(kReplay) ? path.substr(kReplay.size()) : reader_.Header("x-replay");
  if (!wanted.empty()) {
    const Recording* recording = worker_.recordings().Find(wanted);
    return recording != nullptr ? Replay(*recording, 0, 0) : Reply(404, "no such recording");
  }
  if (method == "POST" && path == "/ctl") {
    const Page page = Control(worker_, body_);
    return Reply(page.status, page.body);
  }
  const Fault& fault = worker_.options().fault;
  const bool tells = method == "GET" && path == "/stats";
  if (worker_.loading() && !tells) {
    return Reply(worker_.profile().loading.status, worker_.profile().loading.body);
  }
  const Page page = FindPage(worker_, method, path);
  if (page.status != 0) return Reply(page.status, page.body, page.type);
  const bool chained = worker_.engine().memory().remembers();
  ask_ = ReadAsk(method, path, body_, chained);
  if (SpellingOf(worker_.profile(), ask_.api).whole.empty()) {
    return Reply(404, R"({"detail":"Not Found"})");
  }
  fault_ = worker_.FaultHits() ? fault : Fault{};
  AnswerOfModel();
}

void Connection::AnswerOfModel() {
  const Profile& profile = worker_.profile();
  const int64_t queue_max = worker_.options().queue_length_max;
  if (fault_.kind == FaultKind::kHang) return;
  if (fault_.kind == FaultKind::kStatus) {
    return Reply(static_cast<int>(fault_.status), profile.broken.body);
  }
  if (!worker_.engine().Fits(ask_.prompt.tokens, ask_.output_tokens)) {
    return Reply(400, kTooLong);
  }
  if (fault_.kind == FaultKind::kBusy ||
      (queue_max > 0 && worker_.engine().waiting() >= queue_max)) {
    return Reply(profile.busy.status, profile.busy.body);
  }
  if (fault_.kind != FaultKind::kDelay) return BeginAnswer();
  const auto when = worker_.poller().now() + std::chrono::milliseconds(fault_.delay_ms);
  timer_ = worker_.poller().At(when, [this] {
    timer_.reset();
    BeginAnswer();
  });
}

void Connection::BeginAnswer() {
  writer_.emplace(worker_.profile(), ask_, worker_.NextNumber());
  if (ask_.stream && worker_.profile().head_time == HeadTime::kAtOnce) {
    writer_->AppendHead(&out_);
    if (!taking_) Flush();
    if (fd_ < 0) return;
  }
  in_engine_ = true;
  worker_.engine().Submit(this, std::move(ask_.prompt), ask_.output_tokens);
}

void Connection::OnSlot(int64_t cached_tokens) {
  if (worker_.engine().memory().remembers()) writer_->set_cached_tokens(cached_tokens);
  if (!ask_.stream || worker_.profile().head_time != HeadTime::kAtSlot) return;
  writer_->AppendHead(&out_);
  if (!taking_) Flush();
}

void Connection::OnTokens(int64_t first, int64_t count, bool last) {
  const bool bad = FaultAt(first + count);
  if (!ask_.stream) {
    if (bad) return EndWholeBadly();
    if (last) Reply(200, writer_->Whole());
    return;
  }
  if (first == 0 && worker_.profile().head_time == HeadTime::kAtFirstToken) {
    writer_->AppendHead(&out_);
  }
  if (bad) {
    writer_->AppendTokens(first, std::max<int64_t>(0, fault_.after_tokens - first), &out_);
    return EndStreamBadly();
  }
  writer_->AppendTokens(first, count, &out_);
  if (!last) {
    if (!taking_) Flush();
    return;
  }
  writer_->AppendEnd(true, &out_);
  Finish(worker_.profile().closes_after_stream);
}

void Connection::LeaveEngine() {
  if (!std::exchange(in_engine_, false)) return;
  if (ask_.stream || worker_.profile().hears_leaving) {
    worker_.engine().Cancel(this);
  } else {
    worker_.engine().Abandon(this);
  }
}

void Connection::Reply(int status, std::string_view body, std::string_view type) {
  AppendReply(worker_.profile(), status, type, body, &out_);
  Finish(status >= 400 && worker_.profile().closes_after_error);
}

void Connection::Replay(const Recording& recording, size_t piece, size_t at) {
  const size_t size = piece < recording.pieces.size() ? recording.pieces[piece] : 0;
  out_.append(recording.bytes, at, size);
  at += size;
  if (at >= recording.bytes.size()) return Finish(recording.closes);
  Flush();
  if (fd_ < 0) return;
  timer_ =
      worker_.poller().At(worker_.poller().now() + kBetweenPieces, [this, &recording, piece, at] {
        timer_.reset();
        Replay(recording, piece + 1, at);
      });
}

void Connection::Finish(bool close) {
  in_engine_ = false;
  writer_.reset();
  body_.clear();
  reader_.Reset();
  busy_ = false;
  idle_since_ = worker_.poller().now();
  close_when_flushed_ = close || !client_keeps_;
  if (taking_) return;  // TakeRequests() continues, and flushes
  Flush();
  if (fd_ >= 0 && !waiting_.empty()) TakeRequests(std::exchange(waiting_, {}));
}

void Connection::Flush() {
  while (fd_ >= 0 && !out_.empty()) {
    const ssize_t sent = send(fd_, out_.data(), out_.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno != EAGAIN) return Close();
    if (sent < 0) break;
    out_.erase(0, static_cast<size_t>(sent));
  }
  if (fd_ < 0) return;
  if (out_.empty() && close_when_flushed_) return Close();
  const uint32_t wanted = out_.empty() ? EPOLLIN : EPOLLIN | EPOLLOUT;
  if (wanted == watched_) return;
  watched_ = wanted;
  worker_.poller().Change(fd_, wanted, this);
}

void Connection::Close() {
  if (fd_ < 0) return;
  LeaveEngine();
  if (timer_) worker_.poller().Cancel(*timer_);
  timer_.reset();
  worker_.poller().Forget(fd_, this);
  close(fd_);
  fd_ = -1;
  worker_.Forget(this);
}

}  // namespace banto::perf
