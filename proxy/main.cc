// Arguments in, exit code out: 0 ok, 1 runtime, 2 usage or config.
#include <unistd.h>

#include <chrono>
#include <cstdio>

#include "conf/config_loader.h"
#include "conf/worker_path.h"
#include "proxy/base/version.h"
#include "proxy/ops/event_log.h"
#include "proxy/process/command_line.h"
#include "proxy/process/completions.h"
#include "proxy/process/descriptor_table.h"
#include "proxy/process/greeting.h"
#include "proxy/process/report_command.h"
#include "proxy/process/server.h"

namespace {

constexpr int kExitRuntime = 1, kExitUsage = 2;

int RunServer(const banto::conf::LoadResult& loaded, const banto::conf::Log& events, bool greet) {
  banto::ops::ConfigureEventLog(events);
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
  if (greet) {
    Greet(banto::Greeting(*loaded.config, server.port(), server.admin_port()), events.format);
  }
  return server.Run();
}

int Fail(const banto::conf::LoadResult& loaded) {
  std::fputs(banto::conf::FormatErrors(loaded.errors).c_str(), stderr);
  return kExitUsage;
}

int Run(const std::string& file) {
  const banto::conf::LoadResult loaded = banto::conf::LoadConfigFile(file);
  return loaded.config ? RunServer(loaded, loaded.config->log, false) : Fail(loaded);
}

// Terminals are read by people, anything else by programs. The access log goes to stdout, events go
// to stderr.
int Serve(banto::conf::ServeOptions options) {
  using Format = banto::conf::Log::Format;
  const bool told = options.log_format.has_value();
  const auto usual = [](int fd) { return isatty(fd) == 1 ? Format::kText : Format::kJson; };
  if (!told) options.log_format = usual(STDOUT_FILENO);
  const banto::conf::LoadResult loaded = banto::conf::ConfigForServe(options);
  if (!loaded.config) return Fail(loaded);
  banto::conf::Log events = loaded.config->log;
  if (!told) events.format = usual(STDERR_FILENO);
  return RunServer(loaded, events, true);
}

int Check(const std::string& file) {
  const banto::conf::LoadResult loaded = banto::conf::LoadConfigFile(file);
  if (!loaded.config) return Fail(loaded);
  std::fputs(banto::conf::FormatWarnings(loaded.warnings).c_str(), stderr);
  std::printf("%s: ok, %zu workers, %zu routes\n", file.c_str(), loaded.config->workers.size(),
              loaded.config->routes.size());
  for (const banto::conf::Worker& worker : loaded.config->workers) {
    const std::string note = banto::conf::WorkerPathNote(worker);
    if (!note.empty()) std::printf("  note: %s\n", note.c_str());
  }
  return 0;
}

int Report(const banto::CommandLine& line) {
  std::string access_log;
  if (line.report.logs.empty()) {
    const banto::conf::LoadResult loaded = banto::conf::LoadConfigFile(line.config_file);
    if (!loaded.config) {
      Fail(loaded);
      std::fputs("banto: with --log FILE no configuration is read\n", stderr);
      return kExitUsage;
    }
    access_log = loaded.config->log.access;
  }
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const banto::ReportOutcome report = banto::MakeReport(
      line.report, access_log, std::chrono::duration_cast<std::chrono::milliseconds>(now).count());
  using Kind = banto::ReportOutcome::Kind;
  if (report.kind == Kind::kPrinted) {
    std::fputs(report.text.c_str(), stdout);
    return 0;
  }
  std::fprintf(stderr, "banto: %s\n", report.text.c_str());
  return report.kind == Kind::kNoLog ? kExitUsage : kExitRuntime;
}

}  // namespace

int main(int argc, char** argv) {
  const banto::CommandLine line = banto::ParseCommandLine({argv + 1, argv + argc});
  switch (line.command) {
    case banto::Command::kServe:
      return Serve(line.serve);
    case banto::Command::kRun:
      return Run(line.config_file);
    case banto::Command::kCheck:
      return Check(line.config_file);
    case banto::Command::kReport:
      return Report(line);
    case banto::Command::kCompletions:
      std::fputs(banto::Completions(line.shell).c_str(), stdout);
      return 0;
    case banto::Command::kVersion:
      std::printf("banto %s\n", banto::kBantoVersion);
      return 0;
    case banto::Command::kHelp:
      std::fputs(banto::HelpText().c_str(), stdout);
      return 0;
    case banto::Command::kBad:
      std::fprintf(stderr, "banto: %s\n", line.error.c_str());
      return kExitUsage;
  }
  return kExitUsage;
}
