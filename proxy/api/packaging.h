// The two packagings of one answer within one API: a stream of frames, and a whole. What a client
// builds of the one equals the other; members that we do not know are kept. Pure.
#ifndef BANTO_PROXY_API_PACKAGING_H_
#define BANTO_PROXY_API_PACKAGING_H_

#include <optional>
#include <string>
#include <string_view>

namespace banto::api {

// nullopt: it cannot be told in the other packaging without losing or inventing something.
using Repackage = std::optional<std::string> (*)(std::string_view answer);

struct Packager {
  Repackage whole;   // of a complete stream, its frames one after the other
  Repackage stream;  // of a complete whole; tells its usage, if it has one
  // What `stream` says in a question for a whole that is asked as one for a stream. Empty: it is
  // not.
  std::string_view ask_stream = {};
};

}  // namespace banto::api

#endif  // BANTO_PROXY_API_PACKAGING_H_
