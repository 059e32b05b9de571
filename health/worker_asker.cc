#include "health/worker_asker.h"

#include <algorithm>

#include "conf/worker_key.h"
#include "health/engine_pages.h"
#include "health/model_list.h"
#include "proxy/api/engine_traits.h"
#include "proxy/http/message.h"

namespace banto::health {
namespace {

constexpr const char* kSkipPage = "ngrok-skip-browser-warning";

constexpr const char* kList = "/v1/models";

// A list, or the refusal of an API that shows none without a key.
bool IsList(const HttpGetResult& answer) {
  if (answer.status == 200) return ParseModelList(answer.body).has_value();
  return (answer.status == 401 || answer.status == 403) && IsApiError(answer.body);
}

bool Has(const HttpGetRequest& request, std::string_view name) {
  return std::any_of(request.headers.begin(), request.headers.end(),
                     [&](const auto& field) { return http::EqualsNoCase(field.first, name); });
}

}  // namespace

bool BehindTunnel(const conf::Worker& worker) {
  return worker.url.host.find("ngrok") != std::string::npos ||
         worker.url.host.find("trycloudflare.com") != std::string::npos;
}

HttpGetRequest WorkerQuestion(const conf::Worker& worker, const std::string& path,
                              int64_t timeout_ms) {
  HttpGetRequest request;
  request.url = worker.url;
  request.path = path;
  request.timeout_ms = timeout_ms;
  // "client" forwards the client's Host; a request of our own has no client.
  if (worker.host_header != "client") request.host_header = worker.host_header;
  for (const auto& field : worker.headers) {
    if (!http::EqualsNoCase(field.first, "host")) request.headers.push_back(field);
  }
  if (conf::KeyField key = conf::KeyFieldOf(worker); !key.name.empty()) {
    std::erase_if(request.headers,
                  [&key](const auto& field) { return http::EqualsNoCase(field.first, key.name); });
    request.headers.emplace_back(std::move(key.name), std::move(key.value));
  }
  const api::FieldLine& needed = api::TraitsOf(worker.kind).needed_field;
  if (*needed.name != 0 && !Has(request, needed.name))
    request.headers.emplace_back(needed.name, needed.value);
  if (BehindTunnel(worker) && !Has(request, kSkipPage))
    request.headers.emplace_back(kSkipPage, "1");
  if (!Has(request, "user-agent")) request.headers.emplace_back("User-Agent", "banto-health");
  if (!Has(request, "accept")) request.headers.emplace_back("Accept", "*/*");
  std::erase_if(request.headers, [](const auto& field) {
    return http::EqualsNoCase(field.first, "accept-encoding");
  });
  request.headers.emplace_back("Accept-Encoding", "identity");
  return request;
}

void WorkerAsker::Get(const std::string& path, int64_t timeout_ms, size_t body_bytes_max,
                      Done done) {
  const auto known = answers_.find(path);
  if (known != answers_.end()) {
    done(known->second);
    return;
  }
  Ask(path_, path, timeout_ms, body_bytes_max,
      [this, path, timeout_ms, body_bytes_max,
       done = std::move(done)](const HttpGetResult& answer) {
        const bool elsewhere = answer.status == 404 && !path_.sure && path == kList;
        if (elsewhere) return AskElsewhere(answer, path, timeout_ms, body_bytes_max, done);
        if (answer.status != 0) answers_[path] = answer;
        done(answer);
      });
}

void WorkerAsker::Ask(const conf::WorkerPath& where, const std::string& path, int64_t timeout_ms,
                      size_t body_bytes_max, Done done) {
  HttpGetRequest request = WorkerQuestion(worker_, where.Of(path), timeout_ms);
  request.body_bytes_max = body_bytes_max;
  get_ = std::make_unique<HttpGet>(loop_, resolver_, tls_, std::move(request), std::move(done));
}

// The list is not where it was expected: the url's path may or may not stand for /v1.
void WorkerAsker::AskElsewhere(const HttpGetResult& first, const std::string& path,
                               int64_t timeout_ms, size_t body_bytes_max, Done done) {
  conf::WorkerPath other = path_;
  other.prefix_is_v1 = !path_.prefix_is_v1;
  Ask(other, path, timeout_ms, body_bytes_max,
      [this, first, other, path, done = std::move(done)](const HttpGetResult& answer) {
        if (IsList(answer)) {
          path_ = other;
          prefix_is_v1_ = other.prefix_is_v1;
        }
        const HttpGetResult& better = IsList(answer) ? answer : first;
        answers_[path] = better;
        done(better);
      });
}

void WorkerAsker::set_kind(api::WorkerKind kind) {
  path_ = conf::PathOf(worker_.url, kind);
  if (!prefix_is_v1_ || api::TraitsOf(kind).is_application) return;
  path_.prefix_is_v1 = *prefix_is_v1_;
  path_.sure = false;
}

void WorkerAsker::Connect(int64_t timeout_ms, Done done) {
  HttpGetRequest request = WorkerQuestion(worker_, path_.Of("/"), timeout_ms);
  request.connect_only = true;
  get_ = std::make_unique<HttpGet>(loop_, resolver_, tls_, std::move(request), std::move(done));
}

}  // namespace banto::health
