// What is quoted of a worker's error that is in no shape of an API: plain text, a gateway's page.
// Pure.
#ifndef BANTO_PROXY_API_WORKER_QUOTE_H_
#define BANTO_PROXY_API_WORKER_QUOTE_H_

#include <string>
#include <string_view>

namespace banto::api {

// Never empty, bounded.
std::string QuoteWorker(int status, std::string_view content_type, std::string_view body);

}  // namespace banto::api

#endif  // BANTO_PROXY_API_WORKER_QUOTE_H_
