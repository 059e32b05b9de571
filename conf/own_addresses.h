// banto's own two addresses: they must not take each other's, and no worker can be behind one of
// them. Start-up and reload, main thread.
#ifndef BANTO_CONF_OWN_ADDRESSES_H_
#define BANTO_CONF_OWN_ADDRESSES_H_

#include "conf/config.h"
#include "conf/error_list.h"
#include "conf/toml_value.h"

namespace banto::conf {

// Whether what is meant for one may reach the other. Port 0 is another one each time.
bool Overlap(const net::ListenAddress& a, const net::ListenAddress& b);
// Whether what connects to `url` from this host reaches who listens there. Names are not looked up.
bool LeadsTo(const net::Url& url, const net::ListenAddress& listen);

// `root`: the file, nullptr for `banto serve`.
void CheckOwnAddresses(const Config& config, const TomlValue* root, ErrorList* errors);

}  // namespace banto::conf

#endif  // BANTO_CONF_OWN_ADDRESSES_H_
