// One line per exchange: JSON for machines, text for people. Never a prompt, an answer or a key.
// Pure.
#ifndef BANTO_PROXY_OPS_ACCESS_LOG_H_
#define BANTO_PROXY_OPS_ACCESS_LOG_H_

#include <string>

#include "conf/config.h"
#include "proxy/ops/exchange_record.h"

namespace banto::ops {

// Appends the line, without a newline.
void AppendAccessLine(const ExchangeRecord& record, conf::Log::Format format, std::string* out);

}  // namespace banto::ops

#endif  // BANTO_PROXY_OPS_ACCESS_LOG_H_
