#include "proxy/ops/log_writer.h"

#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <mutex>
#include <thread>
#include <vector>

#include "proxy/ops/log_ring.h"

namespace banto::ops {
namespace {

// After a wake-up the writer waits for more lines, so that one wake-up and one write serve several.
constexpr int kGatherMs = 5;
constexpr int kPollMs = 100;
// How long the exiting process waits for a reader of stdout that does not read.
constexpr int kLastWordsMs = 1'000;

class NullRing final : public LogRing {
 public:
  bool Push(std::string_view) override { return true; }
};

// access = "off".
class NullWriter final : public LogWriter {
 public:
  LogRing* AddRing() override { return &ring_; }
  void Reopen() override {}
  uint64_t dropped() const override { return 0; }

 private:
  NullRing ring_;
};

int OpenFile(const std::string& path) {
  return open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0640);
}

class ThreadedWriter final : public LogWriter {
 public:
  // `path` empty: stdout.
  ThreadedWriter(int fd, std::string path)
      : path_(std::move(path)), fd_(fd), thread_([this] { Run(); }) {}
  ~ThreadedWriter() override;

  LogRing* AddRing() override;
  void Reopen() override;
  uint64_t dropped() const override;

 private:
  void Run();
  std::vector<ByteRing*> Rings() const;
  bool WriteAll(const std::vector<ByteRing*>& rings);
  bool WriteSome(ByteRing* ring);
  bool AwaitRoom();
  void OpenAgain();

  const std::string path_;
  int fd_;                          // writer thread only
  bool may_block_ = false;          // writer thread only: not a regular file
  int patience_ms_ = kLastWordsMs;  // writer thread only, once stopping
  LogAlarm alarm_;
  std::atomic<bool> stopping_{false}, reopen_{false};
  std::atomic<uint64_t> lost_{0};  // lines that could not be written
  mutable std::mutex mutex_;
  std::vector<std::unique_ptr<ByteRing>> rings_;  // guarded by mutex_; only grows
  std::thread thread_;                            // last: it uses all the others
};

ThreadedWriter::~ThreadedWriter() {
  stopping_.store(true);
  alarm_.Wake();
  thread_.join();
  if (!path_.empty()) close(fd_);
}

LogRing* ThreadedWriter::AddRing() {
  const std::lock_guard lock(mutex_);
  return rings_.emplace_back(std::make_unique<ByteRing>(kRingBytes, &alarm_)).get();
}

void ThreadedWriter::Reopen() {
  reopen_.store(true);
  alarm_.Wake();
}

uint64_t ThreadedWriter::dropped() const {
  uint64_t sum = lost_.load(std::memory_order_relaxed);
  for (const ByteRing* ring : Rings()) sum += ring->dropped();
  return sum;
}

std::vector<ByteRing*> ThreadedWriter::Rings() const {
  const std::lock_guard lock(mutex_);
  std::vector<ByteRing*> rings;
  for (const auto& ring : rings_) rings.push_back(ring.get());
  return rings;
}

void ThreadedWriter::Run() {
  struct stat facts {};
  may_block_ = fstat(fd_, &facts) != 0 || !S_ISREG(facts.st_mode);
  while (true) {
    alarm_.BeginSleep();
    const bool stop = stopping_.load();
    if (WriteAll(Rings())) {
      alarm_.CancelSleep();
    } else if (stop) {
      return;
    } else {
      alarm_.Sleep(-1);
    }
    if (!stopping_.load()) alarm_.Sleep(kGatherMs);
  }
}

// True if there was anything to write.
bool ThreadedWriter::WriteAll(const std::vector<ByteRing*>& rings) {
  bool any = false;
  for (ByteRing* ring : rings) {
    while (WriteSome(ring)) any = true;
  }
  return any;
}

// Writes one ring with one writev; false if it was empty.
bool ThreadedWriter::WriteSome(ByteRing* ring) {
  iovec pieces[2];
  int count = ring->Peek(pieces);
  if (count == 0) return false;
  // After Peek(): a line pushed after Reopen() never goes to the old file.
  if (reopen_.exchange(false)) OpenAgain();
  // A writable pipe is only guaranteed to take PIPE_BUF bytes without blocking.
  if (may_block_) {
    pieces[0].iov_len = std::min<size_t>(pieces[0].iov_len, PIPE_BUF);
    count = 1;
  }
  const bool room = !may_block_ || AwaitRoom();
  const ssize_t written = room ? writev(fd_, pieces, count) : -1;
  if (written >= 0) {
    ring->Release(static_cast<size_t>(written));
    return true;
  }
  if (room && (errno == EINTR || errno == EAGAIN)) return true;
  // The disk is full or the reader has gone: these lines are lost, and counted.
  for (int i = 0; i < count; ++i) {
    const char* text = static_cast<const char*>(pieces[i].iov_base);
    lost_.fetch_add(static_cast<uint64_t>(std::count(text, text + pieces[i].iov_len, '\n')),
                    std::memory_order_relaxed);
    ring->Release(pieces[i].iov_len);
  }
  return true;
}

// False if the process is exiting and nobody reads.
bool ThreadedWriter::AwaitRoom() {
  pollfd wait{fd_, POLLOUT, 0};
  while (patience_ms_ > 0) {
    if (poll(&wait, 1, kPollMs) > 0) return true;
    if (stopping_.load()) patience_ms_ -= kPollMs;
  }
  return false;
}

// logrotate has moved the file. If the new one cannot be opened, keep the old one.
void ThreadedWriter::OpenAgain() {
  if (path_.empty()) return;
  const int fd = OpenFile(path_);
  if (fd < 0) return;
  close(fd_);
  fd_ = fd;
}

}  // namespace

std::unique_ptr<LogWriter> LogWriter::Create(const std::string& target, std::string* error) {
  if (target == "off") return std::make_unique<NullWriter>();
  if (target == "stdout") return std::make_unique<ThreadedWriter>(STDOUT_FILENO, "");
  const int fd = OpenFile(target);
  if (fd < 0) {
    *error = "cannot open the access log " + target + ": " + std::strerror(errno);
    return nullptr;
  }
  return std::make_unique<ThreadedWriter>(fd, target);
}

}  // namespace banto::ops
