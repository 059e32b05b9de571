// What the kernel reports about this process, for the standard process_* metrics. Any thread.
#ifndef BANTO_PROXY_OPS_PROCESS_STATS_H_
#define BANTO_PROXY_OPS_PROCESS_STATS_H_

#include <cstdint>

namespace banto::ops {

struct ProcessStats {
  int64_t cpu_us = 0;  // user and system
  uint64_t resident_bytes = 0, virtual_bytes = 0;
  uint64_t open_fds = 0, max_fds = 0;
  double start_unix_s = 0;
};

ProcessStats ReadProcessStats();

}  // namespace banto::ops

#endif  // BANTO_PROXY_OPS_PROCESS_STATS_H_
