#include "health/load_watch.h"

#include <utility>

#include "health/engine_metrics.h"
#include "proxy/api/engine_traits.h"

namespace banto::health {
namespace {

constexpr int64_t kEveryMs = 1'000;
constexpr size_t kPageBytesMax = 8u << 20;

}  // namespace

LoadWatch::LoadWatch(net::EventLoop* loop, net::Resolver* resolver, net::TlsContext* tls,
                     const conf::Worker& worker, Report report)
    : report_(std::move(report)),
      asker_(loop, resolver, tls, worker),
      timer_(loop, [this] { Ask(); }) {}

void LoadWatch::Begin(api::WorkerKind kind, int64_t timeout_ms) {
  kind_ = kind;
  timeout_ms_ = timeout_ms;
  asker_.set_kind(kind);
  const bool has_page = api::TraitsOf(kind).load_page != nullptr;
  if (state_ == State::kAsking) return;
  state_ = has_page ? State::kWaiting : State::kOff;
  if (has_page) timer_.Set(0);
}

void LoadWatch::End() {
  state_ = State::kOff;
  timer_.Cancel();
  Withdraw();
}

void LoadWatch::Ask() {
  state_ = State::kAsking;
  asker_.Forget();
  asker_.Get(api::TraitsOf(kind_).load_page, timeout_ms_, kPageBytesMax,
             [this](const HttpGetResult& answer) { OnAnswer(answer); });
}

// What it said before is not true for ever.
void LoadWatch::Withdraw() {
  if (std::exchange(told_, false)) report_(EngineLoad());
}

// One that has no such page says so: llama.cpp without --metrics by 501, SGLang without
// --enable-metrics by 404.
void LoadWatch::OnAnswer(const HttpGetResult& answer) {
  if (state_ != State::kAsking) return;
  const bool lacks = answer.status == 404 || answer.status == 405 || answer.status == 501;
  state_ = lacks ? State::kOff : State::kWaiting;
  if (!lacks) timer_.Set(kEveryMs);
  if (answer.status != 200) return Withdraw();
  told_ = true;
  report_(ParseEngineMetrics(answer.body));
}

}  // namespace banto::health
