#include "proxy/process/greeting.h"

#include <cstdio>

#include "proxy/base/version.h"
#include "proxy/ops/event_log.h"

namespace banto {
namespace {

std::string BaseUrl(const net::ListenAddress& listen, uint16_t port) {
  if (!listen.unix_path.empty()) return "unix:" + listen.unix_path;
  const bool any = listen.ip.empty() || listen.ip == "0.0.0.0" || listen.ip == "::";
  const bool v6 = listen.ip.find(':') != std::string::npos;
  const std::string host = any ? "localhost" : v6 ? "[" + listen.ip + "]" : listen.ip;
  return "http://" + host + ":" + std::to_string(port);
}

std::string CacheTiers(const conf::Cache& cache) {
  if (!cache.on()) return "off";
  const std::string memory = cache.memory_bytes > 0 ? "memory" : "";
  return memory + (cache.redis ? " redis" : " (add --redis redis://host:6379/0 to share it)");
}

}  // namespace

std::vector<GreetingRow> Greeting(const conf::Config& config, uint16_t port, uint16_t admin_port) {
  const std::string clients = BaseUrl(config.listen, port);
  std::vector<GreetingRow> rows;
  rows.push_back({"OpenAI base URL", config.listen.unix_path.empty() ? clients + "/v1" : clients});
  rows.push_back({"Ollama host", clients});
  if (config.admin.enabled) {
    const std::string admin = BaseUrl(config.admin.listen, admin_port);
    rows.push_back({"Status page", admin + "/"});
    rows.push_back({"Metrics", admin + "/metrics"});
  }
  rows.push_back({"Cache", CacheTiers(config.cache)});
  return rows;
}

void Greet(const std::vector<GreetingRow>& rows, conf::Log::Format format) {
  if (format == conf::Log::Format::kJson) {
    for (const GreetingRow& row : rows) {
      ops::LogEvent(conf::Log::Level::kInfo, row.what + ": " + row.value);
    }
    return;
  }
  std::fprintf(stderr, "banto %s\n", kBantoVersion);
  for (const GreetingRow& row : rows) {
    std::fprintf(stderr, "  %-17s %s\n", row.what.c_str(), row.value.c_str());
  }
}

}  // namespace banto
