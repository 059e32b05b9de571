// CheckLog: [log].
#include "conf/new_file.h"
#include "conf/sections.h"

namespace banto::conf {
void CheckLog(const SectionReader& reader, Config* config) {
  if (!reader.Took("access")) return;
  const std::string& access = config->log.access;
  if (access.empty()) {
    return reader.Error("access", "access has no value", "write access = \"off\" to turn it off");
  }
  if (access == "stdout" || access == "off") return;
  const std::string why = WhyNoFile(access);
  if (why.empty()) return;
  const bool relative = access[0] != '/';
  reader.Error("access",
               "no access log can be written there" + (reader.MayQuote("access") ? ": " + why : ""),
               relative ? "relative to the working directory of banto: write a path from \"/\" on"
                        : "name a file in a folder that exists, \"stdout\" or \"off\"");
}

}  // namespace banto::conf
