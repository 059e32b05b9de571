// Simulated engines on loopback ports, in one thread. Prints the ports and serves until stopped.
#include <sys/resource.h>

#include <csignal>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "perf/common/flags.h"
#include "perf/common/poller.h"
#include "perf/sim_worker/recording.h"
#include "perf/sim_worker/worker.h"

namespace banto::perf {
namespace {

struct Options {
  int64_t port = 9100, count = 1;
  std::string profile = "vllm", fault = "none", replay, gpu;
  double factor = 1;
  int64_t kv_tokens = -1;
  WorkerOptions worker;
};

void AddFlags(Options& options, Flags* flags) {
  WorkerOptions& worker = options.worker;
  flags->Add("port", &options.port, "first port; 0 takes any");
  flags->Add("count", &options.count, "engines, on as many ports in a row");
  flags->Add("profile", &options.profile, "vllm | llamacpp | ollama | tgi | sglang");
  flags->Add("model", &worker.models, "a model that it lists; may be repeated (sim-model)");
  flags->Add("slots", &worker.costs.slots, "sequences that decode at once");
  flags->Add("queue-max", &worker.queue_length_max, "more waiting are refused; 0 is no limit");
  flags->Add("step-ms", &worker.costs.step_ms, "an engine step; all costs 0: answers at once");
  flags->Add("per-seq-ms", &worker.costs.per_sequence_ms, "more for each decoding sequence");
  flags->Add("per-token-us", &worker.costs.per_prompt_token_us, "more for each prompt token");
  flags->Add("step-tokens", &worker.costs.prompt_tokens_per_step, "prompt tokens read in a step");
  flags->Add("gpu", &options.gpu, "named costs instead: h100-8b | a100-8b | a40-8b | 70b-tp4");
  flags->Add("kv-tokens", &options.kv_tokens,
             "that its memory holds, which then remembers prompts; 0 is no limit and no memory; -1 "
             "is as --gpu says");
  flags->Add("factor", &options.factor, "of all times; 2 is half as fast");
  flags->Add("startup-ms", &worker.startup_ms, "the model loads for so long");
  flags->Add("idle-close-ms", &worker.idle_close_ms, "kept connections; -1 is as the engine");
  flags->Add("fault", &options.fault,
             "none | delay | hang | stall | reset | cut | no_done | error | error_done | status | "
             "busy | loading | unhealthy | freeze");
  flags->Add("after-tokens", &worker.fault.after_tokens, "when a stream goes wrong");
  flags->Add("delay-ms", &worker.fault.delay_ms, "with fault delay");
  flags->Add("status", &worker.fault.status, "with fault status");
  flags->Add("share", &worker.fault.share, "of the requests that the fault hits");
  flags->Add("replay", &options.replay, "recorded answers, served as /replay/ENGINE/CASE");
}

void RaiseOpenFiles() {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

// The costs by name, and what was said besides.
bool FindCosts(const Options& options, EngineCosts* costs) {
  if (!options.gpu.empty()) {
    const EngineCosts* const named = FindEngineCosts(options.gpu);
    if (named == nullptr) return false;
    *costs = *named;
  }
  if (options.kv_tokens >= 0) costs->kv_tokens = options.kv_tokens;
  costs->factor = options.factor;
  return true;
}

int Run(Options options) {
  WorkerOptions& worker = options.worker;
  worker.profile = FindProfile(options.profile);
  if (worker.profile == nullptr || !FaultFromName(options.fault, &worker.fault.kind) ||
      !FindCosts(options, &worker.costs)) {
    std::fprintf(stderr, "no such profile, fault or gpu\n");
    return 2;
  }
  if (worker.models.empty()) worker.models = {"sim-model"};
  Recordings recordings;
  if (!options.replay.empty()) recordings.Load(options.replay);
  Poller poller;
  std::vector<std::unique_ptr<Worker>> workers;
  for (int64_t i = 0; i < options.count; ++i) {
    const int64_t port = options.port == 0 ? 0 : options.port + i;
    workers.push_back(std::make_unique<Worker>(poller, worker, recordings));
    if (!workers.back()->Listen(static_cast<uint16_t>(port))) {
      std::perror("listen");
      return 1;
    }
    workers.back()->CloseIdle();
    std::printf("%s on port %d\n", options.profile.c_str(), workers.back()->port());
  }
  std::fflush(stdout);
  poller.Run();
  return 0;
}

}  // namespace
}  // namespace banto::perf

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);
  banto::perf::RaiseOpenFiles();
  banto::perf::Options options;
  banto::perf::Flags flags("sim_worker: simulated inference engines (perf/README.md)");
  banto::perf::AddFlags(options, &flags);
  flags.Parse(argc, argv);
  return banto::perf::Run(options);
}
