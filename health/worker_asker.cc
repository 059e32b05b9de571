#include "health/worker_asker.h"

#include <algorithm>

#include "proxy/http/message.h"

namespace banto::health {
namespace {

constexpr const char* kSkipPage = "ngrok-skip-browser-warning";

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
  // "client" passes the client's Host on; a question of our own has no client.
  if (worker.host_header != "client") request.host_header = worker.host_header;
  for (const auto& field : worker.headers) {
    if (!http::EqualsNoCase(field.first, "host")) request.headers.push_back(field);
  }
  if (!worker.api_key.empty()) {
    std::erase_if(request.headers, [](const auto& field) {
      return http::EqualsNoCase(field.first, "authorization");
    });
    request.headers.emplace_back("Authorization", "Bearer " + worker.api_key);
  }
  if (BehindTunnel(worker) && !Has(request, kSkipPage))
    request.headers.emplace_back(kSkipPage, "1");
  if (!Has(request, "user-agent")) request.headers.emplace_back("User-Agent", "banto-health");
  if (!Has(request, "accept")) request.headers.emplace_back("Accept", "*/*");
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
  HttpGetRequest request = WorkerQuestion(worker_, path, timeout_ms);
  request.body_bytes_max = body_bytes_max;
  get_ =
      std::make_unique<HttpGet>(loop_, resolver_, tls_, std::move(request),
                                [this, path, done = std::move(done)](const HttpGetResult& answer) {
                                  if (answer.status != 0) answers_[path] = answer;
                                  done(answer);
                                });
}

void WorkerAsker::Connect(int64_t timeout_ms, Done done) {
  HttpGetRequest request = WorkerQuestion(worker_, "/", timeout_ms);
  request.connect_only = true;
  get_ = std::make_unique<HttpGet>(loop_, resolver_, tls_, std::move(request), std::move(done));
}

}  // namespace banto::health
