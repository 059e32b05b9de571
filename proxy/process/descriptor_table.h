// Grows the descriptor table for all configured connections in advance. Linux doubles a process's
// descriptor table as it fills (64, 256, 512 ...), and if threads share the table each doubling
// waits for an RCU grace period (fs/file.c, expand_fdtable): for 10 to 16 ms the loop that opened
// the descriptor, and with it every stream of its thread, stands still. With a single thread, or
// for descriptors that fit, there is no wait.
#ifndef BANTO_PROXY_PROCESS_DESCRIPTOR_TABLE_H_
#define BANTO_PROXY_PROCESS_DESCRIPTOR_TABLE_H_

#include <cstdint>

namespace banto {

class DescriptorTable {
 public:
  // At start-up before there are other threads, and on a reload that may need more (which then
  // waits). If the limit is too low for that many clients, logs a warning.
  static void ReserveFor(int connections_max);

  // Call once all threads run and there are no clients: counts the descriptors that stay open.
  static void NoteOwn();
  // Whether one more client may be accepted, given the numbers of clients and of idle connections
  // to workers: each client may also need a connection to a worker.
  static bool HasRoom(int clients, int idle_upstream);

  // Raises the soft limit (RLIMIT_NOFILE) to `wanted` as far as the hard limit allows, and grows
  // the table to it (8 bytes of kernel memory per descriptor). Returns the limit in force.
  static uint64_t Reserve(uint64_t wanted);
};

}  // namespace banto

#endif  // BANTO_PROXY_PROCESS_DESCRIPTOR_TABLE_H_
