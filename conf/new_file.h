// Whether a file can come to be at a path: what a start would fail on, `check` can tell. Reads the
// file system; main thread.
#ifndef BANTO_CONF_NEW_FILE_H_
#define BANTO_CONF_NEW_FILE_H_

#include <string>

namespace banto::conf {

// Why none can be opened or made for writing there, "" where it can. Permissions do not count, for
// `check` may run as somebody else.
std::string WhyNoFile(const std::string& path);
// The same of a socket to listen on: a left-over one is replaced, anything else is not.
std::string WhyNoSocket(const std::string& path);

}  // namespace banto::conf

#endif  // BANTO_CONF_NEW_FILE_H_
