// Where libevent's own allocations come from. For each descriptor number that was ever open it
// keeps a slot of 16 bytes for good; taken from malloc in the middle of a burst of connections,
// each of them would hold a page of what the burst has freed (measured: 6 MiB after 1,000 streams).
// Here they lie side by side. Any thread.
#ifndef BANTO_PROXY_NET_LOOP_MEMORY_H_
#define BANTO_PROXY_NET_LOOP_MEMORY_H_

namespace banto::net {

// Before the first call of libevent; further calls do nothing.
void UseLoopMemory();

}  // namespace banto::net

#endif  // BANTO_PROXY_NET_LOOP_MEMORY_H_
