#include "conf/own_addresses.h"

#include <string>

#include "conf/places.h"
#include "proxy/net/network.h"

namespace banto::conf {
namespace {

bool IsV6(const std::string& ip) { return ip.find(':') != std::string::npos; }
bool IsAny(const std::string& ip) { return ip == "0.0.0.0" || ip == "::"; }

bool IsLoopback(const std::string& host) {
  return host == "localhost" || host == "::1" || host.starts_with("127.");
}

}  // namespace

bool Overlap(const net::ListenAddress& a, const net::ListenAddress& b) {
  if (!a.unix_path.empty() || !b.unix_path.empty()) return a.unix_path == b.unix_path;
  if (a.port != b.port || a.port == 0) return false;
  if (a.ip.empty() || b.ip.empty() || a.ip == b.ip) return true;  // empty: both families
  return IsV6(a.ip) == IsV6(b.ip) && (IsAny(a.ip) || IsAny(b.ip));
}

bool LeadsTo(const net::Url& url, const net::ListenAddress& listen) {
  if (url.scheme == "unix" || !listen.unix_path.empty()) {
    return url.scheme == "unix" && url.path == listen.unix_path;
  }
  if (url.port != listen.port || listen.port == 0) return false;
  if (url.host == listen.ip) return true;
  if (url.host == "localhost")
    return listen.ip.empty() || IsAny(listen.ip) || IsLoopback(listen.ip);
  // Linux takes a connection to 0.0.0.0 for one to itself.
  if (!IsLoopback(url.host) && !IsAny(url.host)) return false;
  return listen.ip.empty() || (IsAny(listen.ip) && IsV6(listen.ip) == IsV6(url.host));
}

void CheckOwnAddresses(const Config& config, const TomlValue* root, ErrorList* errors) {
  const Admin& admin = config.admin;
  const TomlValue* section = SectionIn(root, "admin");
  if (admin.enabled && Overlap(config.listen, admin.listen)) {
    const bool written = section != nullptr && section->Find("listen") != nullptr;
    errors->Add(
        ValuePlace(written ? section : root, "listen"),
        "clients and operators cannot share one address",
        root == nullptr ? "give --listen or --admin another port" : "give [admin] another listen");
  }
  for (size_t i = 0; i < config.workers.size(); ++i) {
    const net::Url& url = config.workers[i].url;
    if (url.scheme.empty()) continue;  // it has an error of its own
    const bool clients = LeadsTo(url, config.listen);
    if (!clients && !(admin.enabled && LeadsTo(url, admin.listen))) continue;
    const std::string where = clients ? config.listen_text : admin.listen_text;
    const std::string flag = clients ? "--listen" : "--admin";
    errors->Add(
        ValuePlace(ItemIn(root, "workers", i), "url"),
        "this worker's address is banto's own: it listens on " + where,
        root == nullptr ? "give " + flag + " another port" : "give one of them another port");
  }
}

}  // namespace banto::conf
