// Numbers and foreign text as a terminal may show them. Pure.
#ifndef BANTO_PROXY_OPS_READABLE_H_
#define BANTO_PROXY_OPS_READABLE_H_

#include <cstdint>
#include <string>
#include <string_view>

namespace banto::ops {

std::string ReadableCount(double count);  // "9999", "12.3 k", "40.0 M", "1.2 G"
// "1234.50"; small ones to the second digit that counts, "0.0012".
std::string ReadableAmount(double amount);
std::string ReadablePercent(double share);  // "31 %", "0.4 %"

// With "\xNN" for each byte that is no printable ASCII, and "..." for what is beyond `bytes_max`:
// a name in a log may be a client's, and bytes can do a lot to a terminal.
std::string ReadableName(std::string_view name, size_t bytes_max);

// Valid JSON in one line with all but printable ASCII as "\uNNNN", which a terminal may show as
// well.
std::string AsciiJson(std::string_view json);

}  // namespace banto::ops

#endif  // BANTO_PROXY_OPS_READABLE_H_
