// Room for every file descriptor that the configured connections need, made before it is needed.
// Linux doubles a process's table of descriptors as it fills (64, 256, 512 ...), and when threads
// share the table each doubling waits for a grace period of RCU (fs/file.c, expand_fdtable): 10 to
// 16 ms in which the loop that took the descriptor does nothing, so every stream of its thread
// stands still. While there is one thread, and for descriptors that fit, there is nothing to wait
// for.
#ifndef BANTO_PROXY_PROCESS_DESCRIPTOR_TABLE_H_
#define BANTO_PROXY_PROCESS_DESCRIPTOR_TABLE_H_

#include <cstdint>

namespace banto {

class DescriptorTable {
 public:
  // At the start before there are other threads, and when a reload may want more (which then
  // waits). A limit that does not suffice for so many clients becomes a warning.
  static void ReserveFor(int connections_max);

  // When all threads are there and no client is: what is open now stays open.
  static void NoteOwn();
  // Whether one more client may be let in beside so many and so many idle connections to workers:
  // each client may come to need a worker's connection too.
  static bool HasRoom(int clients, int idle_upstream);

  // Raises the soft limit (RLIMIT_NOFILE) to `wanted`, as far as the hard one allows, and grows the
  // table to it: 8 bytes of the kernel's memory a descriptor. Gives the limit that holds now.
  static uint64_t Reserve(uint64_t wanted);
};

}  // namespace banto

#endif  // BANTO_PROXY_PROCESS_DESCRIPTOR_TABLE_H_
