// Arguments in, exit code out: 0 ok, 1 runtime, 2 usage or config.
#include <cstdio>

#include "conf/config_loader.h"
#include "conf/worker_path.h"
#include "proxy/command_line.h"
#include "proxy/descriptor_table.h"
#include "proxy/ops/event_log.h"
#include "proxy/server.h"
#include "proxy/version.h"

namespace {

constexpr int kExitRuntime = 1, kExitUsage = 2;

void Greet(const banto::Server& server, const banto::conf::Config& config) {
  const auto host = [](const std::string& ip) {
    return ip.empty() || ip == "0.0.0.0" || ip == "::" ? std::string("localhost") : ip;
  };
  std::printf("banto %s\n", banto::kVersion);
  std::printf("  OpenAI base URL   http://%s:%u/v1\n", host(config.listen.ip).c_str(),
              server.port());
  std::printf("  Ollama host       http://%s:%u\n", host(config.listen.ip).c_str(), server.port());
  if (config.admin.enabled) {
    std::printf("  Status page       http://%s:%u/\n", host(config.admin.listen.ip).c_str(),
                server.admin_port());
    std::printf("  Metrics           http://%s:%u/metrics\n", host(config.admin.listen.ip).c_str(),
                server.admin_port());
  }
  if (!config.cache.enabled) {
    std::printf("  Cache             off\n");
  } else {
    std::printf("  Cache             %s%s\n", config.cache.memory_bytes > 0 ? "memory" : "",
                config.cache.redis ? " redis" : " (add --redis redis://host:6379/0 to share it)");
  }
  std::fflush(stdout);
}

int RunServer(const banto::conf::LoadResult& loaded, bool greet) {
  if (!loaded.config) {
    std::fputs(banto::conf::FormatErrors(loaded.errors).c_str(), stderr);
    return kExitUsage;
  }
  banto::ops::ConfigureEventLog(loaded.config->log);
  for (const banto::conf::ConfigError& warning : loaded.warnings) {
    banto::ops::LogEvent(banto::conf::Log::Level::kWarn, banto::conf::DescribeError(warning));
  }
  banto::DescriptorTable::ReserveFor(loaded.config->limits.connections_max);
  banto::Server server(loaded.config);
  std::string error;
  if (!server.Start(&error)) {
    std::fprintf(stderr, "banto: %s\n", error.c_str());
    return kExitRuntime;
  }
  if (greet) Greet(server, *loaded.config);
  return server.Run();
}

}  // namespace

int main(int argc, char** argv) {
  const banto::CommandLine line = banto::ParseCommandLine({argv + 1, argv + argc});
  switch (line.command) {
    case banto::Command::kServe:
      return RunServer(banto::conf::ConfigForServe(line.serve), true);
    case banto::Command::kRun:
      return RunServer(banto::conf::LoadConfigFile(line.config_file), false);
    case banto::Command::kCheck: {
      const banto::conf::LoadResult loaded = banto::conf::LoadConfigFile(line.config_file);
      if (!loaded.config) {
        std::fputs(banto::conf::FormatErrors(loaded.errors).c_str(), stderr);
        return kExitUsage;
      }
      std::fputs(banto::conf::FormatWarnings(loaded.warnings).c_str(), stderr);
      std::printf("%s: ok, %zu workers, %zu routes\n", line.config_file.c_str(),
                  loaded.config->workers.size(), loaded.config->routes.size());
      for (const banto::conf::Worker& worker : loaded.config->workers) {
        const std::string note = banto::conf::WorkerPathNote(worker);
        if (!note.empty()) std::printf("  note: %s\n", note.c_str());
      }
      return 0;
    }
    case banto::Command::kVersion:
      std::printf("banto %s\n", banto::kVersion);
      return 0;
    case banto::Command::kHelp:
      std::fputs(banto::HelpText(), stdout);
      return 0;
    case banto::Command::kBad:
      std::fprintf(stderr, "banto: %s\n", line.error.c_str());
      return kExitUsage;
  }
  return kExitUsage;
}
