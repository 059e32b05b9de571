#include "conf/own_addresses.h"

#include <string>

#include "conf/places.h"
#include "proxy/net/address.h"

namespace banto::conf {
namespace {

bool IsV6(const std::string& ip) { return ip.find(':') != std::string::npos; }
// Empty means all addresses of both families.
bool IsAny(const std::string& ip) { return ip.empty() || ip == "0.0.0.0" || ip == "::"; }

bool IsLoopback(const std::string& ip) { return ip == "::1" || ip.starts_with("127."); }

}  // namespace

bool Overlap(const net::ListenAddress& a, const net::ListenAddress& b) {
  if (!a.unix_path.empty() || !b.unix_path.empty()) return a.unix_path == b.unix_path;
  if (a.port != b.port || a.port == 0) return false;
  // 0.0.0.0 and an IPv6 address can be bound together; which of them "localhost" reaches is chance.
  return a.ip == b.ip || IsAny(a.ip) || IsAny(b.ip);
}

bool LeadsTo(const net::Url& url, const net::ListenAddress& listen) {
  if (!listen.unix_path.empty() || url.port != listen.port || listen.port == 0) return false;
  const auto parsed = net::Address::FromIp(url.host, 0);
  const std::string host = parsed ? parsed->Ip() : url.host;  // canonical spelling
  const bool both = host == "localhost" || host == "localhost.";
  if (IsAny(listen.ip)) {
    const bool same_family = listen.ip.empty() || IsV6(listen.ip) == IsV6(host);
    return both || (same_family && (IsLoopback(host) || IsAny(host)));
  }
  if (both) return listen.ip == "127.0.0.1" || listen.ip == "::1";
  // Linux treats connecting to 0.0.0.0 as connecting to itself.
  if (IsAny(host)) return listen.ip == (IsV6(host) ? "::1" : "127.0.0.1");
  return host == listen.ip;
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
    if (url.scheme.empty()) continue;  // it already has an error of its own
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
