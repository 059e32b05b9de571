#include "conf/new_file.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace banto::conf {
namespace {

std::string WhyNoEntry(const std::string& path) {
  const std::string folder = path.substr(0, path.rfind('/') + 1);
  if (access(folder.empty() ? "." : folder.c_str(), W_OK) == 0 || errno == EACCES) return {};
  return folder + ": " + std::strerror(errno);
}

}  // namespace

std::string WhyNoFile(const std::string& path) {
  struct stat info = {};
  if (stat(path.c_str(), &info) != 0) return WhyNoEntry(path);
  if (S_ISDIR(info.st_mode)) return "it is a folder";
  return S_ISSOCK(info.st_mode) ? "it is a socket" : "";
}

std::string WhyNoSocket(const std::string& path) {
  struct stat info = {};
  if (lstat(path.c_str(), &info) != 0) return WhyNoEntry(path);
  return S_ISSOCK(info.st_mode) ? "" : "something other than a socket is there";
}

}  // namespace banto::conf
