#include "proxy/ops/process_stats.h"

#include <dirent.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstdio>
#include <cstring>
#include <ctime>

namespace banto::ops {
namespace {

uint64_t OpenFds() {
  DIR* dir = opendir("/proc/self/fd");
  if (dir == nullptr) return 0;
  uint64_t count = 0;
  while (readdir(dir) != nullptr) ++count;
  closedir(dir);
  // ".", ".." and the descriptor of the directory itself.
  return count > 3 ? count - 3 : 0;
}

double Seconds(clockid_t clock) {
  timespec now{};
  clock_gettime(clock, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

// Derived from the process's age, not from the boot time in /proc/stat, which ProcSubset=pid hides.
double ReadStartTime() {
  char text[2048];
  FILE* file = std::fopen("/proc/self/stat", "re");
  if (file == nullptr) return 0;
  const size_t size = std::fread(text, 1, sizeof text - 1, file);
  std::fclose(file);
  text[size] = '\0';
  // The program's name may contain spaces, so fields are counted from its closing ')'.
  const char* at = std::strrchr(text, ')');
  unsigned long long ticks = 0;
  constexpr char kUpTo22[] =
      ") %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d %*d %*d %llu";
  if (at == nullptr || std::sscanf(at, kUpTo22, &ticks) != 1) return 0;
  const double since_boot = static_cast<double>(ticks) / static_cast<double>(sysconf(_SC_CLK_TCK));
  return Seconds(CLOCK_REALTIME) - (Seconds(CLOCK_BOOTTIME) - since_boot);
}

void ReadMemory(ProcessStats* stats) {
  FILE* file = std::fopen("/proc/self/statm", "re");
  if (file == nullptr) return;
  unsigned long long size = 0, resident = 0;
  if (std::fscanf(file, "%llu %llu", &size, &resident) == 2) {
    const uint64_t page = static_cast<uint64_t>(sysconf(_SC_PAGESIZE));
    stats->virtual_bytes = size * page;
    stats->resident_bytes = resident * page;
  }
  std::fclose(file);
}

}  // namespace

ProcessStats ReadProcessStats() {
  // Computed once: two clocks are never read at the same instant, and a start time must not jitter.
  static const double start_unix_s = ReadStartTime();
  ProcessStats stats;
  stats.start_unix_s = start_unix_s;
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  stats.cpu_us = (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1'000'000 +
                 usage.ru_utime.tv_usec + usage.ru_stime.tv_usec;
  rlimit files{};
  getrlimit(RLIMIT_NOFILE, &files);
  stats.max_fds = files.rlim_cur;
  stats.open_fds = OpenFds();
  ReadMemory(&stats);
  return stats;
}

}  // namespace banto::ops
