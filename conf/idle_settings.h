// Settings that load but have no effect: routes that no request or worker matches, models that are
// never asked, or a log file whose name means "no file" elsewhere. Start-up and reload, main
// thread.
#ifndef BANTO_CONF_IDLE_SETTINGS_H_
#define BANTO_CONF_IDLE_SETTINGS_H_

#include "conf/config.h"
#include "conf/error_list.h"
#include "conf/toml_value.h"

namespace banto::conf {

void WarnOfUnnamedWorkers(const Config& config, const TomlValue* root, ErrorList* warnings);

void WarnOfIdleRoutes(const Config& config, const TomlValue* root, ErrorList* warnings);
void WarnOfIdleChoices(const Config& config, const TomlValue* root, ErrorList* warnings);
void WarnOfAccessFile(const Config& config, const TomlValue* root, ErrorList* warnings);

}  // namespace banto::conf

#endif  // BANTO_CONF_IDLE_SETTINGS_H_
