// What makes the address of a worker or of Redis valid, in a file and for `banto serve`. Pure.
#ifndef BANTO_CONF_WORKER_RULES_H_
#define BANTO_CONF_WORKER_RULES_H_

#include <string>
#include <string_view>

#include "conf/config.h"
#include "proxy/net/url.h"

namespace banto::conf {

// An error; empty `message`: none.
struct Complaint {
  std::string message, hint;
  explicit operator bool() const { return !message.empty(); }
};

// `may_quote`: whether the complaint may contain parts of `text`.
Complaint CheckWorkerUrl(std::string_view text, bool may_quote, net::Url* url);
Complaint CheckRedisUrl(std::string_view text,
                        net::Url* url);  // never quotes: a typo may expose a password
Complaint CheckListen(std::string_view text, bool may_quote, net::ListenAddress* listen);

bool IsToken(std::string_view text);  // RFC 9110 §5.6.2: a valid header name
Complaint CheckHostHeader(std::string_view text);
bool HasBadEscape(std::string_view path);  // a "%" not followed by two hex digits
bool IsModelName(std::string_view text);   // not empty, no control characters
Complaint CheckHeader(std::string_view name, std::string_view value);
bool IsVisibleText(
    std::string_view text);  // printable, no blanks: fit for a header, a label or a log field

}  // namespace banto::conf

#endif  // BANTO_CONF_WORKER_RULES_H_
