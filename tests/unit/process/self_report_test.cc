#include "proxy/process/self_report.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "conf/config_loader.h"

namespace banto {
namespace {

class DeafObserver final : public ControlObserver {
 public:
  void OnSnapshot(const SnapshotPtr&) override {}
  void OnWorkerChanged(conf::Log::Level, const std::string&, const std::string&) override {}
  void OnProbe(const std::string&, const char*) override {}
  void OnEngineLoad(const std::string&, const health::EngineLoad&) override {}
};

class SelfReportTest : public testing::Test {
 protected:
  SelfReportTest() : control_(&loop_, &resolver_, &queue_, &observer_) {
    const conf::LoadResult loaded = conf::LoadConfigText(
        "[[workers]]\nurl = \"http://127.0.0.1:1\"\nname = \"w\"\nweight = 3\n", "b");
    std::string error;
    EXPECT_TRUE(control_.Adopt(loaded.config, &error)) << error;
    writer_ = ops::LogWriter::Create("off", &error);
    EXPECT_NE(writer_, nullptr) << error;
    report_ = std::make_unique<SelfReport>(
        SelfReport::Parts{&loop_, &control_, &queue_, nullptr, false, writer_.get(), &threads_});
  }
  ~SelfReportTest() override { queue_.Close(); }

  upstream::WorkerState& state() { return *control_.snapshot()->workers.at(0)->state; }

  upstream::WaitQueue queue_;
  net::EventLoop loop_;
  net::Resolver resolver_;
  DeafObserver observer_;
  ControlPlane control_;
  std::unique_ptr<ops::LogWriter> writer_;
  std::vector<std::unique_ptr<ProxyThread>> threads_;
  std::unique_ptr<SelfReport> report_;
};

TEST_F(SelfReportTest, ReadyIsWhoServesAndHasAWorker) {
  state().SetVerdict(health::Verdict::kHealthy, "");
  EXPECT_FALSE(report_->Readiness(Phase::kStarting).ready);
  EXPECT_TRUE(report_->Readiness(Phase::kServing).ready);
  EXPECT_EQ(report_->Readiness(Phase::kDraining).why, "draining");
}

TEST_F(SelfReportTest, WithoutAWorkerEachOnesReasonIsTold) {
  state().SetVerdict(health::Verdict::kUnhealthy, "connect: Connection refused");
  const ops::Readiness readiness = report_->Readiness(Phase::kServing);
  EXPECT_FALSE(readiness.ready);
  EXPECT_EQ(readiness.why, "no worker is available: w: connect: Connection refused");
}

TEST_F(SelfReportTest, AWorkersGaugesAreItsSettingsItsStateAndWhatItsEngineSaid) {
  state().SetAdminState(upstream::AdminState::kDraining);
  health::EngineLoad load;
  load.waiting = 5;
  report_->OnEngineLoad("w", load);
  const ops::ScrapeGauges gauges = report_->Gauges();
  ASSERT_EQ(gauges.workers.size(), 1u);
  EXPECT_EQ(gauges.workers[0].name, "w");
  EXPECT_EQ(gauges.workers[0].weight, 3);
  EXPECT_EQ(gauges.workers[0].state, std::string("draining"));
  EXPECT_EQ(gauges.workers[0].engine_waiting, 5);
}

TEST_F(SelfReportTest, AConfigurationThatWasRefusedLeavesTheTimeOfTheOneThatRuns) {
  report_->OnConfigTaken(1'000);
  EXPECT_TRUE(report_->Gauges().config_ok);
  report_->OnConfigRefused();
  EXPECT_FALSE(report_->Gauges().config_ok);
  EXPECT_EQ(report_->Gauges().config_loaded_unix_s, 1'000);
  report_->OnConfigTaken(2'000);
  EXPECT_TRUE(report_->Gauges().config_ok);
}

}  // namespace
}  // namespace banto
