// Checks that the schema cannot express, after it has read a section: addresses, names that must
// exist, keys that exclude each other. Main thread.
#ifndef BANTO_CONF_SECTIONS_H_
#define BANTO_CONF_SECTIONS_H_

#include <vector>

#include "conf/config.h"
#include "conf/error_list.h"
#include "conf/section_reader.h"
#include "conf/toml_value.h"

namespace banto::conf {

void CheckTop(const SectionReader& reader, Config* config);
void CheckTrustedProxies(const SectionReader& reader, std::vector<net::Network>* networks);
void CheckHealth(const SectionReader& reader, Config* config);
void CheckLimits(const SectionReader& reader, Config* config);
void CheckCache(const SectionReader& reader, Config* config);
void CheckCors(const SectionReader& reader, Config* config);
void CheckAdmin(const SectionReader& reader, Config* config);
void CheckLog(const SectionReader& reader, Config* config);

// Two workers with the same identity are an error.
void ReadWorkers(const TomlValue& list, const ReadContext& context, Config* config);
// After ReadWorkers and the sections: models refer to workers by name, and to [cache]'s and
// [timeouts]'s settings.
void ReadModels(const TomlValue& list, const ReadContext& context, Config* config);
// After ReadWorkers: routes refer to workers by name.
void ReadRoutes(const TomlValue& list, const ReadContext& context, Config* config);

// Two keys of one name, or of one secret, are an error.
void ReadKeys(const TomlValue& list, const ReadContext& context, Config* config);

}  // namespace banto::conf

#endif  // BANTO_CONF_SECTIONS_H_
