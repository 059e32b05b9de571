// One function a section: the checked table -> plain data of config.h, with what the schema cannot
// say (urls, names that must exist, keys that exclude each other). Main thread.
#ifndef BANTO_CONF_SECTIONS_H_
#define BANTO_CONF_SECTIONS_H_

#include <string>
#include <vector>

#include "conf/config.h"
#include "conf/error_list.h"
#include "conf/section_reader.h"
#include "conf/toml_value.h"

namespace banto::conf {

// What every section needs while one file is read.
struct ReadContext {
  std::string base_dir;
  ErrorList* errors;
};

void ReadTop(const SectionReader& reader, Config* config);
void ReadTrustedProxies(const SectionReader& reader, std::vector<net::Network>* networks);
void ReadBalance(const SectionReader& reader, Balance* balance);
void ReadHealth(const SectionReader& reader, Health* health);
void ReadTimeouts(const SectionReader& reader, Timeouts* timeouts);
void ReadLimits(const SectionReader& reader, Limits* limits);
void ReadCache(const SectionReader& reader, Cache* cache);
void ReadCors(const SectionReader& reader, Cors* cors);
void ReadAdmin(const SectionReader& reader, Admin* admin);
void ReadLog(const SectionReader& reader, Log* log);

// `list` is nullptr when the file has no such section. Two workers with one identity are an error.
void ReadWorkers(const TomlValue* list, const ReadContext& context, Config* config);
// After ReadWorkers: routes name workers.
void ReadRoutes(const TomlValue* list, const ReadContext& context, Config* config);

}  // namespace banto::conf

#endif  // BANTO_CONF_SECTIONS_H_
