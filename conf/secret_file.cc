#include "conf/secret_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace banto::conf {
namespace {

constexpr size_t kSecretBytesMax = 16u << 10;

std::string CannotRead(const std::string& path, int error) {
  return "cannot read " + path + ": " + std::strerror(error);
}

// O_NONBLOCK: opening a FIFO must not wait for its writer.
int OpenRegular(const std::string& path, std::string* error) {
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) {
    *error = CannotRead(path, errno);
    return -1;
  }
  struct stat info = {};
  if (fstat(fd, &info) == 0 && S_ISREG(info.st_mode)) return fd;
  *error = "cannot read " + path + ": not a regular file";
  close(fd);
  return -1;
}

}  // namespace

std::string ResolvePath(const std::string& base_dir, const std::string& path) {
  if (path.empty() || path[0] == '/' || base_dir.empty()) return path;
  return base_dir.back() == '/' ? base_dir + path : base_dir + "/" + path;
}

bool CheckReadable(const std::string& path, std::string* error) {
  const int fd = OpenRegular(path, error);
  if (fd >= 0) close(fd);
  return fd >= 0;
}

bool ReadWholeFile(const std::string& path, size_t bytes_max, std::string* text,
                   std::string* error) {
  const int fd = OpenRegular(path, error);
  if (fd < 0) return false;
  text->clear();
  char buffer[16 * 1024];
  ssize_t size = 0;
  while (text->size() <= bytes_max) {
    size = read(fd, buffer, sizeof(buffer));
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) break;
    text->append(buffer, static_cast<size_t>(size));
  }
  if (size < 0) *error = CannotRead(path, errno);
  close(fd);
  if (size < 0) return false;
  if (text->size() <= bytes_max) return true;
  *error = "cannot read " + path + ": longer than " + std::to_string(bytes_max) + " bytes";
  return false;
}

bool ReadSecretFile(const std::string& path, std::string* secret, std::string* error) {
  std::string text;
  if (!ReadWholeFile(path, kSecretBytesMax, &text, error)) return false;
  // Editors and `echo` add a line end; secrets never end in white space.
  const size_t last = text.find_last_not_of(" \t\r\n");
  text.erase(last == std::string::npos ? 0 : last + 1);
  if (text.empty()) {
    *error = path + " is empty";
    return false;
  }
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; };
  if (std::any_of(text.begin(), text.end(), is_control)) {
    *error = path + " must contain one line of text";
    return false;
  }
  *secret = std::move(text);
  return true;
}

}  // namespace banto::conf
