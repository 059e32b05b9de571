// Whether a file can be created at a path, so that `check` finds what would fail at start-up. Reads
// the file system; main thread.
#ifndef BANTO_CONF_NEW_FILE_H_
#define BANTO_CONF_NEW_FILE_H_

#include <string>

namespace banto::conf {

// Why no file can be opened or created for writing there, or "" if one can. Ignores permissions,
// because `check` may run as another user.
std::string WhyNoFile(const std::string& path);
// The same for a Unix socket: a stale socket is replaced, anything else is not.
std::string WhyNoSocket(const std::string& path);

}  // namespace banto::conf

#endif  // BANTO_CONF_NEW_FILE_H_
