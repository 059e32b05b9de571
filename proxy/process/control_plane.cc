#include "proxy/process/control_plane.h"

#include <algorithm>

#include "proxy/api/engine_traits.h"
#include "proxy/http/short_text.h"

namespace banto {
namespace {

using Level = conf::Log::Level;

bool SameServer(const conf::Worker& a, const conf::Worker& b) {
  return a.url.scheme == b.url.scheme && a.url.host == b.url.host && a.url.port == b.url.port &&
         a.url.path == b.url.path && a.kind == b.kind;
}

// Whether a watch would query both in the same way.
bool SameTarget(const conf::Worker& a, const conf::Worker& b) {
  return SameServer(a, b) && a.host_header == b.host_header && a.api_key == b.api_key &&
         a.headers == b.headers && a.tls_verify == b.tls_verify && a.tls_ca_file == b.tls_ca_file;
}

// "is vllm 0.11.0, models: a b", for the log.
std::string Introduction(const health::EngineFacts& facts, bool models_given) {
  constexpr size_t kNamesMax = 50;
  std::string what = std::string("is ") + api::TraitsOf(facts.kind).name;
  if (!facts.version.empty()) what += " " + http::Shortened(facts.version);
  if (api::TraitsOf(facts.kind).is_application && facts.models.empty()) return what;
  if (!facts.list_trouble.empty() && !models_given) {
    return what + ", models: unknown (" + facts.list_trouble +
           "; set its api_key or models); it is asked for what no other worker lists";
  }
  if (facts.models.empty()) {
    what += facts.models_known ? ", lists no models" : "";
  } else {
    what += ", models:";
  }
  for (size_t i = 0; i < std::min(facts.models.size(), kNamesMax); ++i) {
    what += " " + http::Shortened(facts.models[i].name);
  }
  if (facts.models.size() > kNamesMax) {
    what += " and " + std::to_string(facts.models.size() - kNamesMax) + " more";
  }
  if (facts.models_cut) {
    what += "; its list is longer, the first " + std::to_string(facts.models.size()) + " are taken";
  }
  if (facts.models_unreadable) what += "; names that are no text are left out";
  return what;
}

}  // namespace

ControlPlane::ControlPlane(net::EventLoop* loop, net::Resolver* resolver,
                           upstream::WaitQueue* wait_queue, ControlObserver* observer)
    : loop_(loop), resolver_(resolver), wait_queue_(wait_queue), observer_(observer) {}

ControlPlane::~ControlPlane() = default;

net::TlsContext* ControlPlane::TlsFor(const conf::Worker& worker, std::string* error) {
  if (!worker.url.tls()) return nullptr;
  std::unique_ptr<net::TlsContext>& context =
      tls_[(worker.tls_verify ? "verify:" : "any:") + worker.tls_ca_file];
  if (!context) {
    net::TlsSettings settings;
    settings.verify = worker.tls_verify;
    settings.ca_file = worker.tls_ca_file;
    context = net::TlsContext::Create(settings, error);
  }
  return context.get();
}

// Reuses the running watch of this worker if nothing that it depends on has changed; otherwise
// makes a new one. Either way the WorkerState of that name is kept.
std::unique_ptr<ControlPlane::Watched> ControlPlane::KeepOrWatch(const conf::Worker& worker,
                                                                 const conf::Config& config,
                                                                 bool same_health) {
  const auto known = std::find_if(watched_.begin(), watched_.end(), [&](const auto& w) {
    return w && w->settings.name == worker.name;
  });
  if (known != watched_.end() && same_health && SameTarget((*known)->settings, worker)) {
    (*known)->settings = worker;
    return std::move(*known);
  }
  auto fresh = std::make_unique<Watched>();
  fresh->settings = worker;
  fresh->state = registry_.Get(worker.name);
  std::string error;  // its TLS context was made before
  fresh->tls = TlsFor(worker, &error);
  // The same server with other settings: what it reported stays valid until it reports something
  // else.
  if (known != watched_.end() && SameServer((*known)->settings, worker)) {
    fresh->facts = (*known)->facts;
    fresh->facts_known = (*known)->facts_known;
    fresh->introduced = (*known)->introduced;
  } else {
    upstream::EngineReport::OnVerdict(health::Verdict::kUnknown, fresh->state.get());
  }
  const upstream::WorkerState* state = fresh->state.get();
  fresh->watch = std::make_unique<health::WorkerWatch>(
      loop_, resolver_, fresh->tls, worker, config.health,
      [state] { return state->in_flight() > 0; }, this);
  return fresh;
}

bool ControlPlane::Adopt(std::shared_ptr<const conf::Config> config, std::string* error) {
  for (const conf::Worker& worker : config->workers) {
    if (worker.url.tls() && TlsFor(worker, error) == nullptr) return false;
  }
  const bool same_health = config_ != nullptr && config_->health.path == config->health.path &&
                           config_->health.interval_ms == config->health.interval_ms &&
                           config_->health.timeout_ms == config->health.timeout_ms &&
                           config_->health.rise == config->health.rise &&
                           config_->health.fall == config->health.fall;
  if (config_ == nullptr || config_->balance.policy != config->balance.policy) {
    balancer_ = upstream::Balancer::Create(config->balance.policy);
  }
  std::vector<std::unique_ptr<Watched>> next;
  std::vector<std::string> names;
  for (const conf::Worker& worker : config->workers) {
    names.push_back(worker.name);
    next.push_back(KeepOrWatch(worker, *config, same_health));
  }
  config_ = std::move(config);
  watched_ = std::move(next);  // destroys the watches of removed workers
  for (const std::string& name : registry_.Retire(names))
    observer_->OnWorkerChanged(Level::kInfo, name, "retired");
  Rebuild();
  for (const auto& watched : watched_) {
    if (watched->started) continue;
    watched->started = true;
    watched->watch->Start();
  }
  return true;
}

bool ControlPlane::first_round_done() const {
  return std::all_of(watched_.begin(), watched_.end(),
                     [](const auto& w) { return w->watch->first_round_done(); });
}

void ControlPlane::Rebuild() {
  std::vector<KnownWorker> workers;
  for (const auto& watched : watched_) {
    workers.push_back({watched->settings, watched->state, watched->tls,
                       watched->facts_known ? &watched->facts : nullptr, watched->learned});
  }
  snapshot_ = BuildSnapshot(config_, workers, balancer_, ++snapshots_, snapshot_.get());
  observer_->OnSnapshot(snapshot_);
  ForEachGroup(*snapshot_,
               [this](const upstream::WorkerGroupPtr& group) { wait_queue_->Follow(group); });
}

void ControlPlane::OnVerdict(const std::string& worker, health::Verdict verdict,
                             const std::string& reason) {
  for (const auto& watched : watched_) {
    if (watched->settings.name != worker) continue;
    watched->state->SetVerdict(verdict, reason);
    upstream::EngineReport::OnVerdict(verdict, watched->state.get());
    if (verdict == health::Verdict::kHealthy) {
      watched->state->passive().Heal();
      watched->state->not_served().Clear();
      watched->state->refuses().Clear();
    }
    wait_queue_->WorkerMayServe(watched->state.get());
  }
  observer_->OnWorkerChanged(verdict == health::Verdict::kUnhealthy ? Level::kWarn : Level::kInfo,
                             worker, std::string(health::VerdictName(verdict)) + ": " + reason);
  if (snapshot_->speaks_ollama) Rebuild();  // its listings show which are up
}

void ControlPlane::OnFacts(const std::string& worker, const health::EngineFacts& facts) {
  for (const auto& watched : watched_) {
    if (watched->settings.name != worker) continue;
    watched->facts = facts;
    watched->facts_known = true;
    watched->report.OnFacts(facts, watched->state.get());
    watched->state->not_served().Clear();
    watched->state->refuses().Clear();
    Introduce(watched.get());
  }
  Rebuild();
}

// Facts that the log does not show (such as the models that an Ollama has in memory) change often.
void ControlPlane::Introduce(Watched* watched) {
  const bool models_given = !watched->settings.models.empty();
  std::string what = Introduction(watched->facts, models_given);
  if (what == watched->introduced) return;
  const bool trouble =
      (!watched->facts.list_trouble.empty() || watched->facts.models_cut) && !models_given;
  observer_->OnWorkerChanged(trouble ? Level::kWarn : Level::kInfo, watched->settings.name, what);
  watched->introduced = std::move(what);
}

void ControlPlane::OnTick() {
  bool changed = false;
  for (const auto& watched : watched_) {
    std::vector<std::string> learned = watched->state->learned().Known(loop_->NowMs());
    if (learned == watched->learned) continue;
    watched->learned = std::move(learned);
    changed = true;
  }
  if (changed) Rebuild();
}

void ControlPlane::OnLoad(const std::string& worker, const health::EngineLoad& load) {
  for (const auto& watched : watched_) {
    if (watched->settings.name == worker) watched->report.OnLoad(load, watched->state.get());
  }
  observer_->OnEngineLoad(worker, load);
}

void ControlPlane::OnProbe(const std::string& worker, const char* result) {
  observer_->OnProbe(worker, result);
}

}  // namespace banto
