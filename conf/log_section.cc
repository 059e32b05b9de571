// ReadLog: [log].
#include <sys/stat.h>

#include <cerrno>
#include <cstring>

#include "conf/sections.h"

namespace banto::conf {
namespace {

// Why the file cannot be opened for writing; permissions do not count, for `check` may run as
// somebody else. A relative path counts from wherever the process is started, which is not known
// here.
std::string CannotWrite(const std::string& path) {
  if (path[0] != '/') return {};
  struct stat info = {};
  if (stat(path.c_str(), &info) == 0) return S_ISDIR(info.st_mode) ? "it is a folder" : "";
  const std::string folder = path.substr(0, path.rfind('/') + 1);
  if (stat(folder.c_str(), &info) == 0) return {};
  return errno == EACCES ? "" : folder + ": " + std::strerror(errno);
}

}  // namespace

void ReadLog(const SectionReader& reader, Log* log) {
  reader.Choice("level", &log->level);
  reader.Choice("format", &log->format);
  if (!reader.Text("access", &log->access)) return;
  if (log->access.empty()) {
    return reader.Error("access", "access has no value", "write access = \"off\" to turn it off");
  }
  if (const std::string why = CannotWrite(log->access); !why.empty()) {
    reader.Error(
        "access",
        "no access log can be written there" + (reader.MayQuote("access") ? ": " + why : ""),
        "name a file in a folder that exists, \"stdout\" or \"off\"");
  }
}

}  // namespace banto::conf
