// ReadRoutes: [[routes]].
#include <algorithm>
#include <utility>

#include "conf/edit_distance.h"
#include "conf/sections.h"
#include "conf/worker_rules.h"
#include "proxy/http/dot_segment.h"

namespace banto::conf {
namespace {

void CheckPath(const SectionReader& reader, const std::string& path) {
  if (!reader.Has("path")) {
    reader.Error("path", "this route has no path", "add path = \"/predict\"");
    return;
  }
  if (!reader.Took("path")) return;
  if (path.empty() || path[0] != '/') {
    reader.Error("path", "a path begins with \"/\"");
  } else if (path.find('*') < path.size() - 1) {
    reader.Error("path", "\"*\" is allowed only at the end of a path");
  } else if (!IsVisibleText(path) || path.find_first_of("?#") != std::string::npos) {
    reader.Error("path", "a path has no blanks, no \"?\" and no \"#\"");
  } else if (http::HasDotSegment(path)) {
    reader.Error("path", "no request with \".\" or \"..\" in its path is taken",
                 "write the path without them");
  }
}

void CheckMethods(const SectionReader& reader, const std::vector<std::string>& methods) {
  for (size_t i = 0; i < methods.size(); ++i) {
    const std::string& method = methods[i];
    const bool upper = !method.empty() && std::all_of(method.begin(), method.end(), [](char c) {
      return (c >= 'A' && c <= 'Z') || c == '-' || c == '_';
    });
    if (upper) continue;
    // RFC 9110 §9.1: methods are case-sensitive.
    reader.ErrorAt(reader.PlaceOfItem("methods", i), "methods are written in capitals",
                   "write \"GET\" or \"POST\"");
  }
}

void CheckWorkerNames(const SectionReader& reader, const std::vector<Worker>& workers,
                      const std::vector<std::string>& names) {
  std::vector<std::string_view> known;
  known.reserve(workers.size());
  for (const Worker& worker : workers) known.push_back(worker.name);
  for (size_t i = 0; i < names.size(); ++i) {
    const std::string& name = names[i];
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    const std::string_view nearest = NearestWord(name, known);
    const std::string shown = reader.MayQuote("workers") ? " \"" + name + "\"" : "";
    reader.ErrorAt(reader.PlaceOfItem("workers", i), "no worker is called" + shown,
                   nearest.empty() ? "name a [[workers]] of this file"
                                   : "did you mean \"" + std::string(nearest) + "\"?");
  }
}

// A part that no request contains would be equal for all: one caller's answer would go to
// everybody.
Complaint CheckKeyPart(std::string_view part) {
  if (part == "body") return {};
  const bool is_header = part.starts_with("header.");
  const std::string_view name = part.substr(part.find('.') + 1);
  if (!is_header && !part.starts_with("query.")) {
    return {"not a part of a request", "write \"query.NAME\", \"header.NAME\" or \"body\""};
  }
  if (part.find('*') != std::string_view::npos) {
    return {"keys have no wildcards", "leave out key: then the entire target and body count"};
  }
  if (is_header ? !IsToken(name) : !IsVisibleText(name)) {
    return {"requests have no part of this name",
            is_header ? "write \"header.X-Name\"" : "write \"query.name\""};
  }
  if (!is_header && name.find('%') != std::string_view::npos) {
    return {"names of arguments are compared decoded", "write the name without %XX"};
  }
  return {};
}

void ReadRouteCache(const SectionReader& outer, const ReadContext& context, Route* route) {
  const TomlEntry* entry = outer.table().Find("cache");
  if (entry == nullptr) return;
  if (entry->value.type != TomlValue::Type::kTable) {
    outer.Error("cache", "\"cache\" is a table", "write cache = { ttl = \"60s\" }");
    return;
  }
  RouteCache* cache = &route->cache;
  cache->enabled = true;
  const SectionReader reader("routes.cache", entry->value, context, {.route = route});
  const TomlEntry* ttl = entry->value.Find("ttl");
  cache->ttl_of_answer = ttl != nullptr && ttl->value.text == "origin";
  for (size_t i = 0; i < cache->key.size(); ++i) {
    if (const Complaint wrong = CheckKeyPart(cache->key[i])) {
      reader.ErrorAt(reader.PlaceOfItem("key", i), wrong.message, wrong.hint);
    }
  }
}

bool ShareMethod(const Route& a, const Route& b) {
  if (a.methods.empty() || b.methods.empty()) return true;
  return std::any_of(a.methods.begin(), a.methods.end(), [&b](const std::string& method) {
    return std::find(b.methods.begin(), b.methods.end(), method) != b.methods.end();
  });
}

}  // namespace

void ReadRoutes(const TomlValue& list, const ReadContext& context, Config* config) {
  std::vector<Place> places;
  for (const TomlValue& item : list.items) {
    if (item.type != TomlValue::Type::kTable) {
      context.errors->Add(item.place, "each route is a table", "write [[routes]] and path = \"…\"");
      continue;
    }
    Route route;
    const SectionReader reader("routes", item, context, {.config = config, .route = &route});
    CheckPath(reader, route.path);
    CheckMethods(reader, route.methods);
    CheckWorkerNames(reader, config->workers, route.workers);
    ReadRouteCache(reader, context, &route);
    for (size_t i = 0; i < config->routes.size(); ++i) {
      const Route& other = config->routes[i];
      if (route.path.empty() || other.path != route.path || !ShareMethod(other, route)) continue;
      reader.Error("path", "two routes match the same requests (the first on line " +
                               std::to_string(places[i].line) + ")");
      break;
    }
    places.push_back(reader.PlaceOf("path"));
    config->routes.push_back(std::move(route));
  }
}

}  // namespace banto::conf
