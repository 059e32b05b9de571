#include "conf/worker_path.h"

#include <algorithm>
#include <array>
#include <vector>

#include "proxy/api/engine_traits.h"
#include "proxy/http/dot_segment.h"

namespace banto::conf {
namespace {

constexpr std::string_view kDeployments = "/openai/deployments/";  // Azure's

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// "v1", "v4", "v1beta", "v1alpha2".
bool IsVersion(std::string_view segment) {
  if (segment.size() < 2 || segment[0] != 'v' || !IsDigit(segment[1])) return false;
  segment.remove_prefix(std::min(segment.find_first_not_of("0123456789", 1), segment.size()));
  for (const std::string_view stage : {"alpha", "beta"}) {
    if (segment.starts_with(stage)) segment.remove_prefix(stage.size());
  }
  return segment.find_first_not_of("0123456789") == std::string_view::npos;
}

std::vector<std::string_view> Segments(std::string_view path) {
  std::vector<std::string_view> segments;
  while (!path.empty()) {
    path.remove_prefix(1);  // its '/'
    const std::string_view segment = path.substr(0, path.find('/'));
    segments.push_back(segment);
    path.remove_prefix(segment.size());
  }
  return segments;
}

std::string_view WithoutSlashes(std::string_view path) {
  while (path.ends_with('/')) path.remove_suffix(1);
  return path;
}

bool StripEnd(std::string_view end, std::string* path) {
  if (!path->ends_with(end)) return false;
  path->resize(path->size() - end.size());
  return true;
}

// pchar of RFC 3986 §3.3 and '/'; other bytes must be written as %XX.
bool IsPathText(std::string_view path) {
  constexpr std::string_view kMarks = "/-._~!$&'()*+,;=:@%";
  return std::all_of(path.begin(), path.end(), [&](char c) {
    return IsDigit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           kMarks.find(c) != std::string_view::npos;
  });
}

// A resource's "/openai/deployments/gpt-4o" stands where others have /v1. A deployment has no list
// of models, but its resource has one of all that could be deployed: it is free, and shows that the
// resource is there and takes our key.
WorkerPath AzurePath(WorkerPath path) {
  path.prefix_is_v1 = true;
  if (const size_t end = path.prefix.find(kDeployments); end != std::string::npos)
    path.list = path.prefix.substr(0, end) + "/openai/models?" + path.query;
  return path;
}

}  // namespace

bool BeginsWithV1(std::string_view target) {
  constexpr std::string_view kV1 = "/v1";
  return target.starts_with(kV1) &&
         (target.size() == kV1.size() || target[kV1.size()] == '/' || target[kV1.size()] == '?');
}

std::string WorkerPath::Of(std::string_view path) const {
  if (!list.empty() && path == "/v1/models") return list;
  if (prefix_is_v1 && BeginsWithV1(path)) path.remove_prefix(std::string_view("/v1").size());
  std::string whole = prefix + std::string(path);
  if (!query.empty()) whole += (path.find('?') == path.npos ? "?" : "&") + query;
  return whole;
}

WorkerPath PathOf(const net::Url& url, api::WorkerKind kind) {
  const api::EngineTraits& traits = api::TraitsOf(kind);
  WorkerPath path;
  path.prefix = WithoutSlashes(url.path);
  path.query = url.query;
  if (path.prefix.empty() || traits.is_application) return path;
  if (traits.has_ollama_api && StripEnd("/api", &path.prefix)) return path;
  if (StripEnd("/v1", &path.prefix)) return path;
  if (!path.query.empty()) return AzurePath(std::move(path));
  // Self-hosted engines have /v1 wherever a reverse proxy mounts them.
  if (api::IsKnown(kind) && !traits.is_managed) return path;
  const std::vector<std::string_view> segments = Segments(path.prefix);
  path.prefix_is_v1 = std::any_of(segments.begin(), segments.end(), IsVersion);
  path.sure = IsVersion(segments.back());
  return path;
}

std::string DefaultWorkerName(const net::Url& url, api::WorkerKind kind) {
  return url.Authority() + PathOf(url, kind).prefix;
}

bool IsAzureDeployment(const net::Url& url) {
  return url.path.find(kDeployments) != std::string::npos;
}

Complaint CheckWorkerPath(const net::Url& url, api::WorkerKind kind) {
  const std::string_view path = WithoutSlashes(url.path);
  if (!IsPathText(path)) {
    return {"a byte in the path of this url is not allowed there", "write it as %XX"};
  }
  if (HasBadEscape(path)) {
    return {"a \"%\" in this url does not begin an escape", "write %25 for a \"%\""};
  }
  const std::vector<std::string_view> segments = Segments(path);
  const bool has_gap = std::any_of(segments.begin(), segments.end(),
                                   [](std::string_view segment) { return segment.empty(); });
  if (has_gap || http::HasDotSegment(path)) {
    return {"the path of this url has an empty segment, \".\" or \"..\"",
            "write the path as the worker has it"};
  }
  if (url.query.empty() && IsAzureDeployment(url))
    return {"Azure's deployments need an api-version", "add \"?api-version=2024-10-21\""};
  if (!url.query.empty() && !api::TraitsOf(kind).is_managed)
    return {"an api-version is Azure's", "add kind = \"openai\""};
  constexpr std::array<std::string_view, 8> kEndpoints = {
      "/chat/completions", "/v1/completions", "/v1/embeddings", "/v1/models",
      "/v1/responses",     "/v1/messages",    "/api/chat",      "/api/generate"};
  for (const std::string_view endpoint : kEndpoints) {
    if (api::TraitsOf(kind).is_application || !path.ends_with(endpoint)) continue;
    return {"this is the url of one endpoint, not of the worker",
            "leave out \"" + std::string(endpoint) + "\""};
  }
  return {};
}

std::string WorkerPathNote(const Worker& worker) {
  const WorkerPath path = PathOf(worker.url, worker.kind);
  if (WithoutSlashes(worker.url.path).empty()) return {};
  const std::string base = worker.url.scheme + "://" + worker.url.Authority();
  const char* example = api::TraitsOf(worker.kind).is_application ? "/" : "/v1/models";
  std::string note =
      "worker " + worker.name + ": " + example + " is asked at " + base + path.Of(example);
  if (path.sure) return note;
  WorkerPath other = path;
  other.prefix_is_v1 = !path.prefix_is_v1;
  return note + ", or, where that is not found, at " + base + other.Of(example);
}

}  // namespace banto::conf
