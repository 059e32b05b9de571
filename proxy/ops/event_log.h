// The log of the process itself (start, reload, a worker's verdict, loss of Redis): spdlog to
// stderr in the configured format. Any thread, but meant for the control plane and rare events,
// never for requests.
#ifndef BANTO_PROXY_OPS_EVENT_LOG_H_
#define BANTO_PROXY_OPS_EVENT_LOG_H_

#include <cstdint>
#include <string>

#include "conf/config.h"

namespace banto::ops {

// At start-up and after each reload; main thread.
void ConfigureEventLog(const conf::Log& settings);
void LogEvent(conf::Log::Level level, const std::string& message);
// Number of events logged at `level`, for banto_log_messages_total.
uint64_t LoggedEvents(conf::Log::Level level);

}  // namespace banto::ops

#endif  // BANTO_PROXY_OPS_EVENT_LOG_H_
