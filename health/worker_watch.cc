#include "health/worker_watch.h"

#include <random>
#include <utility>

#include "health/engine_detector.h"
#include "health/facts_collector.h"
#include "health/load_watch.h"
#include "health/probe_plan.h"
#include "health/worker_asker.h"
#include "proxy/api/engine_traits.h"
#include "proxy/net/timer.h"

namespace banto::health {
namespace {

using api::WorkerKind;

constexpr size_t kProbeBytesMax = 64u << 10, kListBytesMax = 4u << 20;

}  // namespace

// Works in rounds: [detect the kind] -> probe -> [lists, when due] -> wait. One request at a time.
// The first verdict waits for the lists, so that nobody sees a healthy worker that seems to serve
// nothing.
class WorkerWatch::Impl {
 public:
  Impl(net::EventLoop* loop, net::Resolver* resolver, net::TlsContext* tls,
       const conf::Worker& worker, const conf::Health& settings, BusyQuestion busy,
       WatchObserver* observer)
      : loop_(loop),
        worker_(worker),
        settings_(settings),
        busy_(std::move(busy)),
        observer_(observer),
        kind_(worker.kind),
        last_kind_(worker.kind),
        plan_(PlanProbe(kind_, worker_, settings_, "")),
        // With a minute between probes, "twice in a row" would take two minutes.
        state_({plan_.seldom ? 1 : settings.rise, settings.fall}),
        asker_(loop, resolver, tls, worker_),
        random_(std::random_device{}()),
        timer_(loop, [this] { StartRound(); }),
        load_(loop, resolver, tls, worker_,
              [this](const EngineLoad& load) { observer_->OnLoad(worker_.name, load); }) {}

  void Start() { timer_.Set(0); }
  Verdict verdict() const { return state_.verdict(); }
  bool first_round_done() const { return first_round_done_; }

 private:
  using Then = void (Impl::*)(const HttpGetResult&);

  void StartRound();
  void AskDetector();
  void OnDetectorAnswer(const HttpGetResult& answer);
  void SetKind(WorkerKind kind, const std::string& health_path);
  void AskProbe();
  void OnProbeAnswer(const HttpGetResult& answer);
  void OnListInstead(const HttpGetResult& answer);
  void EndProbe();
  void AskFacts();
  void OnFactAnswer(const HttpGetResult& answer);
  void FinishFacts();
  void Publish();
  void EndRound();

  void Ask(const std::string& path, int64_t timeout_ms, size_t body_bytes_max, Then then) {
    asker_.Get(path, timeout_ms, body_bytes_max,
               [this, then](const HttpGetResult& answer) { (this->*then)(answer); });
  }

  net::EventLoop* loop_;
  const conf::Worker worker_;
  const conf::Health settings_;
  BusyQuestion busy_;
  WatchObserver* observer_;

  WorkerKind kind_;       // kAuto: to be detected
  WorkerKind last_kind_;  // the previous kind
  ProbePlan plan_;
  HealthState state_;
  bool was_ready_ = false;
  bool ever_healthy_ = false;
  EarlyPace early_;  // until then
  bool first_round_done_ = false;
  WorkerAsker asker_;
  std::minstd_rand random_;
  net::Timer timer_;

  EngineDetector detector_;
  ProbeReading reading_;
  bool verdict_waits_ = false;  // for the first lists
  FactsCollector facts_;
  LoadWatch load_;
};

void WorkerWatch::Impl::StartRound() {
  if (api::TraitsOf(last_kind_).cut_by_requests && busy_ && busy_()) return EndRound();
  asker_.Forget();
  if (api::IsKnown(kind_)) return AskProbe();
  asker_.set_kind(kind_);
  detector_ = EngineDetector();
  AskDetector();
}

void WorkerWatch::Impl::AskDetector() {
  Ask(detector_.question(), plan_.list_timeout_ms, kListBytesMax, &Impl::OnDetectorAnswer);
}

void WorkerWatch::Impl::OnDetectorAnswer(const HttpGetResult& answer) {
  if (answer.own_shortage) return EndRound();  // nothing was sent
  if (answer.refused) was_ready_ = false;      // its process is gone
  detector_.Observe(answer);
  switch (detector_.state()) {
    case EngineDetector::State::kAsking:
      AskDetector();
      return;
    case EngineDetector::State::kFound:
      SetKind(detector_.kind(), detector_.health_path());
      AskProbe();
      return;
    case EngineDetector::State::kLoading:
      reading_ = {ProbeOutcome::kLoading, detector_.reason()};
      break;
    case EngineDetector::State::kNoAnswer:
      reading_ = {ProbeOutcome::kFailed, detector_.reason(), answer.status != 0};
      break;
  }
  Publish();
  EndRound();
}

void WorkerWatch::Impl::SetKind(WorkerKind kind, const std::string& health_path) {
  if (kind != last_kind_) was_ready_ = false;
  kind_ = last_kind_ = kind;
  asker_.set_kind(kind);
  plan_ = PlanProbe(kind, worker_, settings_, health_path);
  facts_.DueAt(0);
}

void WorkerWatch::Impl::AskProbe() {
  if (!plan_.connect_only) {
    const size_t bytes_max = plan_.path == "/v1/models" ? kListBytesMax : kProbeBytesMax;
    return Ask(plan_.path, plan_.timeout_ms, bytes_max, &Impl::OnProbeAnswer);
  }
  asker_.Connect(plan_.timeout_ms, [this](const HttpGetResult& answer) { OnProbeAnswer(answer); });
}

void WorkerWatch::Impl::OnProbeAnswer(const HttpGetResult& answer) {
  if (answer.own_shortage) return EndRound();  // nothing was sent
  if (answer.refused) was_ready_ = false;
  reading_ = ReadProbe(plan_, kind_, answer, was_ready_);
  if (!MayLackHealthPage(plan_, answer)) return EndProbe();
  Ask("/v1/models", plan_.list_timeout_ms, kListBytesMax, &Impl::OnListInstead);
}

void WorkerWatch::Impl::OnListInstead(const HttpGetResult& answer) {
  if (answer.own_shortage) return EndRound();
  reading_ = ReadListInstead(std::move(reading_), kind_, answer);
  EndProbe();
}

void WorkerWatch::Impl::EndProbe() {
  const bool ask_facts = reading_.outcome == ProbeOutcome::kOk && facts_.Due(loop_->NowMs());
  verdict_waits_ = ask_facts && !facts_.any();
  if (!verdict_waits_) Publish();
  if (!ask_facts) return EndRound();
  facts_.Begin(kind_);
  AskFacts();
}

void WorkerWatch::Impl::AskFacts() {
  const std::string page = facts_.question();
  if (!page.empty()) return Ask(page, plan_.list_timeout_ms, kListBytesMax, &Impl::OnFactAnswer);
  if (facts_.Finish(asker_.path(), loop_->NowMs(), plan_.seldom)) {
    observer_->OnFacts(worker_.name, facts_.facts());
  }
  FinishFacts();
}

void WorkerWatch::Impl::OnFactAnswer(const HttpGetResult& answer) {
  const bool is_list = facts_.question() == "/v1/models";
  const WorkerKind named = is_list ? EngineOfModels(answer) : WorkerKind::kAuto;
  if (!api::IsKnown(worker_.kind) && api::IsKnown(named) && named != kind_) {
    kind_ = WorkerKind::kAuto;  // it restarted faster than three probes could show
    FinishFacts();
  } else if (!facts_.Take(answer)) {
    FinishFacts();
  } else {
    AskFacts();
  }
}

void WorkerWatch::Impl::FinishFacts() {
  if (verdict_waits_) Publish();
  EndRound();
}

void WorkerWatch::Impl::Publish() {
  verdict_waits_ = false;
  observer_->OnProbe(worker_.name, ProbeOutcomeName(reading_.outcome));
  if (!state_.Observe(reading_.outcome)) return;
  if (state_.verdict() == Verdict::kHealthy) {
    was_ready_ = ever_healthy_ = true;
    if (!plan_.seldom) load_.Begin(kind_, plan_.list_timeout_ms);
    facts_.DueAt(loop_->NowMs() + FactsCollector::kAfterFlipMs);
  } else {
    kind_ = worker_.kind;  // kAuto: it may come back as something else
    load_.End();
  }
  observer_->OnVerdict(worker_.name, state_.verdict(), reading_.reason);
}

void WorkerWatch::Impl::EndRound() {
  first_round_done_ = true;
  const double jitter = std::uniform_real_distribution<double>(-0.1, 0.1)(random_);
  const int64_t ms = NextProbeMs(plan_, state_.verdict(), jitter);
  timer_.Set(ever_healthy_ ? ms : early_.NextMs(plan_, reading_, ms));
}

WorkerWatch::WorkerWatch(net::EventLoop* loop, net::Resolver* resolver, net::TlsContext* tls,
                         const conf::Worker& worker, const conf::Health& settings,
                         BusyQuestion busy, WatchObserver* observer)
    : impl_(std::make_unique<Impl>(loop, resolver, tls, worker, settings, std::move(busy),
                                   observer)) {}

WorkerWatch::~WorkerWatch() = default;

void WorkerWatch::Start() { impl_->Start(); }
Verdict WorkerWatch::verdict() const { return impl_->verdict(); }
bool WorkerWatch::first_round_done() const { return impl_->first_round_done(); }

}  // namespace banto::health
