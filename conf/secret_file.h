// Files that the configuration names: resolves their paths, checks that they are readable, and
// reads secrets. Start-up and reload only.
#ifndef BANTO_CONF_SECRET_FILE_H_
#define BANTO_CONF_SECRET_FILE_H_

#include <string>

namespace banto::conf {

// Relative paths are relative to the configuration file's folder, so that `banto check` and systemd
// agree.
std::string ResolvePath(const std::string& base_dir, const std::string& path);

// False with `error` ("cannot read /etc/banto/token: Permission denied").
bool CheckReadable(const std::string& path, std::string* error);

// Reads the only line of a regular file, without its line end; returns false with `error`, which
// never quotes the content.
bool ReadSecretFile(const std::string& path, std::string* secret, std::string* error);

// Reads a regular file of at most `bytes_max` bytes.
bool ReadWholeFile(const std::string& path, size_t bytes_max, std::string* text,
                   std::string* error);

}  // namespace banto::conf

#endif  // BANTO_CONF_SECRET_FILE_H_
