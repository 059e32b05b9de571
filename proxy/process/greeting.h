// What `banto serve` says first: the addresses to use. Main thread.
#ifndef BANTO_PROXY_PROCESS_GREETING_H_
#define BANTO_PROXY_PROCESS_GREETING_H_

#include <cstdint>
#include <string>
#include <vector>

#include "conf/config.h"

namespace banto {

struct GreetingRow {
  std::string what, value;  // "OpenAI base URL", "http://localhost:8080/v1"
};

// The ports are those that were bound: the configuration may leave the choice to the kernel.
std::vector<GreetingRow> Greeting(const conf::Config& config, uint16_t port, uint16_t admin_port);

// To stderr, as plain lines or as events of the log: stdout is the access log's.
void Greet(const std::vector<GreetingRow>& rows, conf::Log::Format format);

}  // namespace banto

#endif  // BANTO_PROXY_PROCESS_GREETING_H_
