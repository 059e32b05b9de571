#include "proxy/fetch/location.h"

namespace banto {
namespace {

std::string_view OwnPort(std::string_view scheme) { return scheme == "https" ? ":443" : ":80"; }

// Without the default port of its scheme.
std::string_view WithoutOwnPort(std::string_view authority, std::string_view scheme) {
  const std::string_view port = OwnPort(scheme);
  return authority.ends_with(port) ? authority.substr(0, authority.size() - port.size())
                                   : authority;
}

// "http://gpu1:8000/a" -> its parts; false: not an HTTP scheme.
bool Split(std::string_view location, std::string_view* scheme, std::string_view* authority,
           std::string_view* rest) {
  for (const std::string_view known : {"http", "https"}) {
    const size_t size = known.size();
    if (!http::EqualsNoCase(location.substr(0, size), known) || location.substr(size, 3) != "://") {
      continue;
    }
    const std::string_view after = location.substr(size + 3);
    *scheme = known;
    *authority = after.substr(0, after.find_first_of("/?#"));
    *rest = after.substr(authority->size());
    return true;
  }
  return false;
}

// "/llm/a" -> "/a". False: it is not below the prefix.
bool TakePrefix(std::string_view prefix, std::string_view* path) {
  if (!path->starts_with(prefix)) return false;
  const std::string_view rest = path->substr(prefix.size());
  if (!rest.empty() && std::string_view("/?#").find(rest[0]) == std::string_view::npos)
    return false;
  *path = rest;
  return true;
}

bool IsOwn(std::string_view scheme, std::string_view authority, const WorkerAddress& worker) {
  // TLS may be terminated in front of the worker, which then writes http:// for our https://.
  const std::string_view bare = WithoutOwnPort(authority, scheme);
  const std::string own = worker.url.Authority();
  return http::EqualsNoCase(bare, own) ||
         http::EqualsNoCase(bare, WithoutOwnPort(worker.host, scheme)) ||
         http::EqualsNoCase(bare, WithoutOwnPort(worker.host, worker.url.scheme));
}

void RewriteOne(http::FixedName name, const WorkerAddress& worker, const ClientView& client,
                http::FieldList* fields) {
  const auto rewritten = LocationForClient(fields->Find(name.text()), worker, client);
  if (rewritten) fields->Replace(name, *rewritten);
}

}  // namespace

ClientView ClientViewOf(const http::RequestHead& head, bool peer_trusted) {
  ClientView view{"http", head.host()};
  if (!peer_trusted) return view;
  // The first element of a list is the client's side.
  const auto first = [&head](http::FieldName name) {
    const std::string_view list = head.Find(name).value_or("");
    return list.substr(0, list.find_first_of(", "));
  };
  if (http::EqualsNoCase(first(http::FieldName::kXForwardedProto), "https")) view.scheme = "https";
  if (const std::string_view host = first(http::FieldName::kXForwardedHost); !host.empty())
    view.host = host;
  return view;
}

std::optional<std::string> LocationForClient(std::string_view location, const WorkerAddress& worker,
                                             const ClientView& client) {
  std::string_view scheme, authority, path = location;
  const bool absolute = Split(location, &scheme, &authority, &path);
  if (absolute && !IsOwn(scheme, authority, worker)) return std::nullopt;
  // "//host/…" names another host; a bare path is ours except for the prefix.
  if (!absolute && (!path.starts_with("/") || path.starts_with("//"))) return std::nullopt;
  const bool prefixed = !worker.prefix.empty() && TakePrefix(worker.prefix, &path);
  if (!absolute && !prefixed) return std::nullopt;
  std::string out;
  if (absolute && !client.host.empty()) {
    out.append(client.scheme).append("://").append(client.host);
  }
  if (prefixed) out.append(worker.instead);
  if (!path.starts_with("/") && !(prefixed && !worker.instead.empty())) out += '/';
  return out.append(path);
}

void RewriteLocations(const WorkerAddress& worker, const ClientView& client,
                      http::FieldList* fields) {
  RewriteOne("Location", worker, client, fields);
  RewriteOne("Content-Location", worker, client, fields);
}

}  // namespace banto
