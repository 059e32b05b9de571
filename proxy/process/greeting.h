// What `banto serve` prints first: the addresses to use. Main thread.
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

// `port` and the like are the bound ones: the configuration may leave the choice to the kernel.
std::vector<GreetingRow> Greeting(const conf::Config& config, uint16_t port, uint16_t admin_port);

// Writes to stderr, as plain lines or log events: stdout belongs to the access log.
void Greet(const std::vector<GreetingRow>& rows, conf::Log::Format format);

}  // namespace banto

#endif  // BANTO_PROXY_PROCESS_GREETING_H_
