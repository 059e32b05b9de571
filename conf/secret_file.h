// Files that the configuration names: where they are, whether they can be read, and the one line of
// those that hold a secret. Start-up and reload only.
#ifndef BANTO_CONF_SECRET_FILE_H_
#define BANTO_CONF_SECRET_FILE_H_

#include <string>

namespace banto::conf {

// A relative path counts from the folder of the configuration file: `banto check` and systemd agree
// then.
std::string ResolvePath(const std::string& base_dir, const std::string& path);

// False with `error` ("cannot read /etc/banto/token: Permission denied").
bool CheckReadable(const std::string& path, std::string* error);

// A regular file of one line, without its end; false with `error`, which never quotes what was
// read.
bool ReadSecretFile(const std::string& path, std::string* secret, std::string* error);

// A whole regular file of at most `bytes_max` bytes.
bool ReadWholeFile(const std::string& path, size_t bytes_max, std::string* text,
                   std::string* error);

}  // namespace banto::conf

#endif  // BANTO_CONF_SECRET_FILE_H_
