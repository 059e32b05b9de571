#include "proxy/process/descriptor_table.h"

#include <fcntl.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <string>

#include "proxy/ops/event_log.h"

namespace banto {
namespace {

// For listeners, idle connections to workers, probes, Redis, logs and readers of the admin port.
constexpr uint64_t kOthers = 1'024;
// Those of them that come and go while everything else is open.
constexpr uint64_t kComing = 16;
std::atomic<uint64_t> own{0};  // set by NoteOwn()

void Grow(uint64_t count) {
  const int small = eventfd(0, EFD_CLOEXEC);
  if (small < 0) return;
  const int last = fcntl(small, F_DUPFD_CLOEXEC, static_cast<int>(count - 1));
  if (last >= 0) close(last);  // the table never shrinks
  close(small);
}

}  // namespace

void DescriptorTable::ReserveFor(int connections_max) {
  // A client's and its worker's.
  const uint64_t wanted = 2 * static_cast<uint64_t>(connections_max) + kOthers;
  const uint64_t limit = Reserve(wanted);
  if (limit >= wanted) return;
  ops::LogEvent(conf::Log::Level::kWarn,
                "at most " + std::to_string(limit) + " open files: not enough for the " +
                    std::to_string(connections_max) +
                    " clients of limits.connections_max; raise the hard limit to " +
                    std::to_string(wanted) +
                    " (ulimit -Hn, LimitNOFILE in a unit) or lower connections_max");
}

void DescriptorTable::NoteOwn() {
  // The lowest free number: none below it is freed during start-up.
  const int fd = eventfd(0, EFD_CLOEXEC);
  own = static_cast<uint64_t>(std::max(fd, 0));
  if (fd >= 0) close(fd);
}

bool DescriptorTable::HasRoom(int clients, int idle_upstream) {
  rlimit files{};
  if (getrlimit(RLIMIT_NOFILE, &files) != 0) return true;
  const uint64_t pairs = 2 * static_cast<uint64_t>(clients);
  if (pairs + kOthers <= files.rlim_cur) return true;
  return own + pairs + static_cast<uint64_t>(std::max(idle_upstream, 0)) + kComing < files.rlim_cur;
}

uint64_t DescriptorTable::Reserve(uint64_t wanted) {
  rlimit files{};
  if (getrlimit(RLIMIT_NOFILE, &files) != 0) return 0;
  if (files.rlim_cur < wanted && files.rlim_cur < files.rlim_max) {
    rlimit raised = files;
    raised.rlim_cur = std::min<rlim_t>(wanted, files.rlim_max);
    if (setrlimit(RLIMIT_NOFILE, &raised) == 0) files = raised;
  }
  Grow(std::min<uint64_t>(wanted, files.rlim_cur));
  return files.rlim_cur;
}

}  // namespace banto
