#include "proxy/process/server.h"

#include <csignal>
#include <ctime>

#include <algorithm>

#include "conf/config_loader.h"
#include "conf/restart_keys.h"
#include "proxy/net/listen_socket.h"
#include "proxy/ops/event_log.h"
#include "proxy/process/descriptor_table.h"

namespace banto {
namespace {

using Level = conf::Log::Level;

constexpr int64_t kTickMs = 1'000;
constexpr int64_t kDrainTickMs = 20;
constexpr int64_t kFirstRoundMs = 2'000;  // how long start-up waits for the workers' first answers

int ThreadsOf(const conf::Config& config) {
  if (config.threads > 0) return config.threads;
  return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

}  // namespace

Server::Server(std::shared_ptr<const conf::Config> config)
    : started_(std::move(config)), config_(started_), tick_(&loop_, [this] { OnTick(); }) {}

Server::~Server() {
  wait_queue_.Close();
  // Threads first: what they hold (Attempts, queue places) refers to everything else.
  threads_.clear();
}

bool Server::Start(std::string* error) {
  std::signal(SIGPIPE, SIG_IGN);
  MemoryTrimmer::KeepUntilQuiet();
  buffered_.bytes_max = config_->limits.buffered_bytes_max;
  if (config_->cache.enabled && config_->cache.memory_bytes > 0) {
    memory_cache_ = std::make_unique<cache::MemoryCache>(config_->cache.memory_bytes);
  }
  if (config_->cache.redis && config_->cache.redis->tls()) {
    net::TlsSettings settings;
    settings.http_alpn = false;
    redis_tls_ = net::TlsContext::Create(settings, error);
    if (!redis_tls_) return false;
  }
  access_writer_ = ops::LogWriter::Create(config_->log.access, error);
  if (!access_writer_) return false;
  metrics_ = ops::Metrics::Create();
  control_ = std::make_unique<ControlPlane>(&loop_, &resolver_, &wait_queue_, this);
  report_ = std::make_unique<SelfReport>(SelfReport::Parts{
      &loop_, control_.get(), &wait_queue_, memory_cache_.get(),
      config_->cache.enabled && config_->cache.redis.has_value(), access_writer_.get(), &threads_});
  if (!control_->Adopt(config_, error)) return false;
  report_->OnConfigTaken(std::time(nullptr));
  if (!StartThreads(error)) return false;
  if (config_->admin.enabled && !StartAdmin(error)) return false;
  WatchSignals();
  return true;
}

bool Server::StartAdmin(std::string* error) {
  if (!net::ListenSocket::IsFree(config_->admin.listen, error)) return false;
  ops::AdminSource source;
  source.metrics = [this] { return metrics_->Render(report_->Gauges()); };
  source.readiness = [this] { return report_->Readiness(phase_); };
  source.status_json = [this] { return report_->StatusJson(phase_); };
  admin_ = ops::Admin::Create(&loop_, config_->admin, std::move(source), error);
  return admin_ != nullptr;
}

// Binds all listeners before any thread accepts, so that a port in use is found while nothing runs
// yet.
bool Server::StartThreads(std::string* error) {
  SharedParts shared;
  shared.resolver = &resolver_;
  shared.wait_queue = &wait_queue_;
  shared.buffered = &buffered_;
  shared.recording = &recording_;
  shared.separation = &separation_;
  shared.fetches = &fetches_;
  shared.memory_cache = memory_cache_.get();
  shared.path_epochs = &path_epochs_;
  shared.redis_tls = redis_tls_.get();
  shared.idle_upstream = &idle_upstream_;
  shared.connections = &connections_;
  net::ListenAddress address = config_->listen;
  if (!net::ListenSocket::IsFree(address, error)) return false;
  for (int i = 0; i < ThreadsOf(*config_); ++i) {
    ops::LogRing* ring = config_->log.access == "off" ? nullptr : access_writer_->AddRing();
    ops::ThreadMetrics* observer = metrics_->AddThread(ring, config_->log.format);
    threads_.push_back(
        std::make_unique<ProxyThread>(i, shared, control_->snapshot(), observer, observer));
    if (!threads_.back()->Listen(address, error)) return false;
    address.port =
        threads_.front()->port();  // port 0: all use the one that the kernel chose for the first
  }
  return true;
}

int Server::Run() {
  phase_ = Phase::kStarting;
  drain_deadline_ms_ = net::EventLoop::NowUs() / 1000 + kFirstRoundMs;
  tick_.Set(1);
  loop_.Run();
  return 0;
}

uint16_t Server::port() const { return threads_.empty() ? uint16_t{0} : threads_.front()->port(); }
uint16_t Server::admin_port() const { return admin_ ? admin_->port() : uint16_t{0}; }

// A slow timer for everything without events of its own.
void Server::OnTick() {
  switch (phase_) {
    case Phase::kStarting:
      // The workers' first answers decide which models exist; a short wait spares the first clients
      // a "not yet".
      if (control_->first_round_done() || net::EventLoop::NowUs() / 1000 >= drain_deadline_ms_) {
        phase_ = Phase::kServing;
        DescriptorTable::NoteOwn();
        for (auto& thread : threads_) thread->Start();
        ops::LogEvent(Level::kInfo,
                      "serving on port " + std::to_string(port()) + ", " +
                          (admin_ ? "admin port " + std::to_string(admin_port()) : "admin off") +
                          ", " + std::to_string(threads_.size()) + " threads");
      }
      tick_.Set(phase_ == Phase::kServing ? kTickMs : 5);
      return;
    case Phase::kServing:
      if (memory_cache_) memory_cache_->Sweep(std::time(nullptr) * 1000);
      control_->OnTick();
      TrimMemory();
      tick_.Set(kTickMs);
      return;
    case Phase::kDraining:
      if (draining_threads_.load(std::memory_order_acquire) <= 0 ||
          net::EventLoop::NowUs() / 1000 >= drain_deadline_ms_) {
        phase_ = Phase::kStopped;
        for (auto& thread : threads_) thread->Stop();
        ops::LogEvent(Level::kInfo, "stopped");
        loop_.Stop();
        return;
      }
      tick_.Set(kDrainTickMs);
      return;
    case Phase::kStopped:
      return;
  }
}

void Server::TrimMemory() {
  uint64_t exchanges = 0;
  for (const auto& thread : threads_) exchanges += thread->finished();
  switch (trimmer_.OnTick(exchanges)) {
    case MemoryTrimmer::Do::kNothing:
      break;
    case MemoryTrimmer::Do::kDropSpares:
      for (const auto& thread : threads_) thread->DropSpares();
      break;
    case MemoryTrimmer::Do::kTrim:
      MemoryTrimmer::Trim();
      break;
  }
}

void Server::WatchSignals() {
  for (int signal : {SIGTERM, SIGINT, SIGHUP, SIGUSR1}) {
    loop_.HandleSignal(signal, [this](int number) { OnSignal(number); });
  }
}

void Server::OnSignal(int signal) {
  if (signal == SIGHUP) return Reload();
  if (signal == SIGUSR1) return access_writer_->Reopen();
  if (phase_ == Phase::kDraining) {
    ops::LogEvent(Level::kWarn, "second signal: stopping at once");
    drain_deadline_ms_ = 0;
    return;
  }
  BeginDrain();
}

void Server::BeginDrain() {
  ops::LogEvent(Level::kInfo, "stopping: finishing what runs, for at most " +
                                  std::to_string(config_->timeouts.shutdown_ms / 1000) + " s");
  if (phase_ == Phase::kStarting) {
    for (auto& thread : threads_) thread->Start();
  }
  phase_ = Phase::kDraining;
  draining_threads_.store(static_cast<int>(threads_.size()), std::memory_order_relaxed);
  drain_deadline_ms_ = net::EventLoop::NowUs() / 1000 + config_->timeouts.shutdown_ms;
  for (auto& thread : threads_) thread->Drain(&draining_threads_);
  tick_.Set(kDrainTickMs);
}

void Server::Reload() {
  if (config_->file.empty()) {
    return ops::LogEvent(Level::kWarn, "SIGHUP: started without a config file, nothing to reload");
  }
  const conf::LoadResult loaded = conf::LoadConfigFile(config_->file);
  std::string error;
  if (loaded.config == nullptr || !control_->Adopt(loaded.config, &error)) {
    report_->OnConfigRefused();
    return ops::LogEvent(Level::kError,
                         "reload failed, the running configuration stays:\n" +
                             (loaded.config ? error : conf::FormatErrors(loaded.errors)));
  }
  const conf::Config& next = *loaded.config;
  for (const conf::ConfigError& warning : loaded.warnings) {
    ops::LogEvent(Level::kWarn, conf::DescribeError(warning));
  }
  DescriptorTable::ReserveFor(next.limits.connections_max);
  ops::ConfigureEventLog(next.log);
  metrics_->SetLogFormat(next.log.format);
  if (admin_) admin_->SetToken(next.admin.token);
  std::string waiting;
  for (const std::string& key : conf::ChangedRestartKeys(*started_, next)) {
    waiting += (waiting.empty() ? "" : ", ") + key;
  }
  if (!waiting.empty()) {
    ops::LogEvent(Level::kWarn, "reload: changed, but needs a restart: " + waiting);
  }
  config_ = loaded.config;
  report_->OnConfigTaken(std::time(nullptr));
  ops::LogEvent(Level::kInfo, "reloaded " + config_->file);
}

void Server::OnSnapshot(const SnapshotPtr& snapshot) {
  for (auto& thread : threads_) thread->Publish(snapshot);
}

void Server::OnWorkerChanged(Level level, const std::string& worker, const std::string& what) {
  ops::LogEvent(level, "worker " + worker + " " + what);
}

void Server::OnProbe(const std::string& worker, const char* result) {
  metrics_->OnProbe(worker, result);
}

void Server::OnEngineLoad(const std::string& worker, const health::EngineLoad& load) {
  report_->OnEngineLoad(worker, load);
}

}  // namespace banto
