// The load client: options.cc has its options, tally.cc its report.
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cmath>
#include <csignal>
#include <cstdio>
#include <functional>
#include <memory>
#include <vector>

#include "perf/load/client.h"
#include "perf/load/pacer.h"
#include "perf/load/trace_player.h"

namespace banto::perf {
namespace {

Clock::duration Seconds(double seconds) {
  return std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
}

void UntilInputEnds() {
  char byte;
  while (read(STDIN_FILENO, &byte, 1) > 0) {
  }
}

// As `Run`, with the requests of a log at their times.
int RunTrace(LoadOptions options) {
  std::string error, remarks;
  const Trace trace = ReadTrace(options.trace, {}, &error, &remarks);
  if (!error.empty()) {
    std::fprintf(stderr, "load: %s\n", error.c_str());
    return 2;
  }
  options.requests = static_cast<int64_t>(trace.size());
  Poller poller;
  TracePlayer player(trace, options);
  Tally tally;
  const Clock::time_point start = Clock::now();
  Campaign campaign{poller, options, player, tally, {}, Clock::time_point::max()};
  campaign.witness = &player;
  const std::function<void()> sweep = [&] {
    player.GiveUpAfter(Seconds(options.timeout_s));
    poller.At(poller.now() + std::chrono::milliseconds(100), sweep);
  };
  sweep();
  player.Start(&campaign);
  poller.Run();
  std::puts(Report(tally, std::chrono::duration<double>(Clock::now() - start).count()).c_str());
  return tally.honest() ? 0 : 1;
}

int Run(const LoadOptions& options) {
  // Timer slack of 50 us would be visible in measurements at a given rate.
  prctl(PR_SET_TIMERSLACK, 1);
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);

  if (!options.trace.empty()) return RunTrace(options);
  Poller poller;
  Prompts prompts(options);
  Tally tally;
  const Clock::time_point start = Clock::now();
  Campaign campaign{poller,
                    options,
                    prompts,
                    tally,
                    std::mt19937_64(static_cast<uint64_t>(options.seed)),
                    start + Seconds(options.seconds)};
  std::vector<std::unique_ptr<Client>> clients;
  for (int64_t i = 0; i < options.connections; ++i) {
    clients.push_back(std::make_unique<Client>(campaign));
  }
  // Also ends a run whose last clients were idle when time ran out.
  const std::function<void()> sweep = [&] {
    for (const auto& client : clients) client->GiveUpAfter(Seconds(options.timeout_s));
    if (campaign.over() && campaign.working == 0) return poller.Stop();
    poller.At(poller.now() + std::chrono::milliseconds(100), sweep);
  };
  sweep();
  Pacer pacer(campaign, clients);
  if (options.rate > 0) {
    pacer.Start();
  } else {
    for (const auto& client : clients) client->Ask();
  }
  poller.Run();
  const double elapsed = std::chrono::duration<double>(Clock::now() - start).count();
  tally.drawn = prompts.drawn();
  std::puts(Report(tally, elapsed).c_str());
  std::fflush(stdout);
  if (options.hold != 0) UntilInputEnds();
  return tally.honest() ? 0 : 1;
}

}  // namespace
}  // namespace banto::perf

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);
  return banto::perf::Run(banto::perf::ParseLoadOptions(argc, argv));
}
