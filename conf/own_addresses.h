// Checks banto's own two addresses: they must not collide, and no worker may be behind one of them.
// Start-up and reload, main thread.
#ifndef BANTO_CONF_OWN_ADDRESSES_H_
#define BANTO_CONF_OWN_ADDRESSES_H_

#include "conf/config.h"
#include "conf/error_list.h"
#include "conf/toml_value.h"

namespace banto::conf {

// Whether a connection to one may reach the other. Port 0 is a new port every time.
bool Overlap(const net::ListenAddress& a, const net::ListenAddress& b);
// Whether a connection to `url` from this host reaches `listen`. Names are not looked up.
bool LeadsTo(const net::Url& url, const net::ListenAddress& listen);

// `root`: the file; nullptr for `banto serve`.
void CheckOwnAddresses(const Config& config, const TomlValue* root, ErrorList* errors);

}  // namespace banto::conf

#endif  // BANTO_CONF_OWN_ADDRESSES_H_
