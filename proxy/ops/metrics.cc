#include "proxy/ops/metrics.h"
#include <atomic>
#include <mutex>
#include "proxy/ops/access_log.h"
#include "proxy/ops/log_writer.h"
namespace banto::ops {
namespace {
class ThinThread final : public ThreadMetrics {
 public:
  ThinThread(LogRing* ring, conf::Log::Format format) : ring_(ring), format_(format) {}
  void OnExchangeStart(const char*) override {}
  void OnExchange(const ExchangeRecord& record) override {
    requests_.fetch_add(1, std::memory_order_relaxed);
    if (ring_ == nullptr) return;
    line_.clear();
    AppendAccessLine(record, format_, &line_);
    ring_->Push(line_);
  }
  void OnChunkGap(int64_t) override {}
  void OnClientConnections(int) override {}
  void OnRedisOperation(const char*, const char*, int64_t) override {}
  void OnRedisState(bool, bool, const std::string&) override {}
  uint64_t requests() const { return requests_.load(std::memory_order_relaxed); }

 private:
  LogRing* ring_;
  conf::Log::Format format_;
  std::string line_;
  std::atomic<uint64_t> requests_{0};
};
class ThinMetrics final : public Metrics {
 public:
  ThreadMetrics* AddThread(LogRing* ring, conf::Log::Format format) override {
    return threads_.emplace_back(std::make_unique<ThinThread>(ring, format)).get();
  }
  void OnProbe(const std::string&, const char*) override {}
  std::string Render(const ScrapeGauges&) const override {
    uint64_t sum = 0;
    for (const auto& thread : threads_) sum += thread->requests();
    return "# HELP banto_requests_total Client requests finished.\n# TYPE banto_requests_total "
           "counter\nbanto_requests_total " +
           std::to_string(sum) + "\n";
  }

 private:
  std::vector<std::unique_ptr<ThinThread>> threads_;
};
}  // namespace
std::unique_ptr<Metrics> Metrics::Create() { return std::make_unique<ThinMetrics>(); }
}  // namespace banto::ops
