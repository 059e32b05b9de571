// The queue between real loops on real threads: the guarantees of design.md §4. Run under TSan.
#include <gtest/gtest.h>

#include <atomic>
#include <deque>
#include <future>

#include "proxy/base/split_mix.h"
#include "proxy/upstream/lottery.h"
#include "proxy/upstream/wait_queue.h"
#include "tests/unit/upstream/fleet.h"

namespace banto::upstream {
namespace {

constexpr int64_t kNeverMs = 3'600'000;  // a lost wake-up must not be found by looking again

// Shared by all requests of a test.
struct Scene {
  WaitQueue queue{kNeverMs};
  std::atomic<int> ended{0}, served{0}, left_waiting{0}, refused{0}, running{0}, most_running{0};
  std::promise<void> all_ended;
  int expected = 0;

  void End() {
    if (ended.fetch_add(1) + 1 == expected) all_ended.set_value();
  }
  void Start() {
    const int now = running.fetch_add(1) + 1;
    int most = most_running.load();
    while (now > most && !most_running.compare_exchange_weak(most, now)) {
    }
  }
  bool Await() {
    return all_ended.get_future().wait_for(std::chrono::seconds(60)) == std::future_status::ready;
  }
};

// One request on one loop: asks, waits if it must, and holds its slot for a few turns. A leaver
// gives up some turns after asking, in whatever state it is then: queued, granted but not notified
// yet, or running.
class Request {
 public:
  Request(Scene* scene, net::EventLoop* loop, WorkerGroupPtr group, int leaves_after, int holds)
      : scene_(scene), loop_(loop), group_(std::move(group)), turns_(leaves_after), holds_(holds) {}

  void Ask() {
    Admission answer = Admit(*group_, {}, Tokens(1), loop_->NowMs(), &scene_->queue);
    if (answer.slot) return Begin(std::move(answer.slot));
    place_ = scene_->queue.Enqueue(group_, {}, Tokens(1), loop_, [this](InFlight slot) {
      place_.reset();
      Begin(std::move(slot));
    });
    if (place_ == nullptr) {
      ++scene_->refused;
      return Finish();
    }
    if (turns_ >= 0) LeaveLater();
  }

 private:
  void LeaveLater() {
    loop_->Post([this] {
      if (place_ == nullptr) return;
      if (turns_-- > 0) return LeaveLater();
      place_.reset();
      ++scene_->left_waiting;
      Finish();
    });
  }
  void Begin(InFlight slot) {
    slot_ = std::move(slot);
    scene_->Start();
    ++scene_->served;
    HoldOn();
  }
  void HoldOn() {
    if (holds_-- > 0) return loop_->Post([this] { HoldOn(); });
    --scene_->running;
    slot_.Release();
    Finish();
  }
  void Finish() { scene_->End(); }

  Scene* scene_;
  net::EventLoop* loop_;
  WorkerGroupPtr group_;
  int turns_;
  int holds_;
  std::unique_ptr<QueuePlace> place_;
  InFlight slot_;
};

// Starts every request on its loop, waits until all have ended, and destroys them there.
void Play(Scene* scene, std::deque<Request>* requests, std::vector<net::EventLoop*> loop_of) {
  scene->expected = static_cast<int>(requests->size());
  for (size_t i = 0; i < requests->size(); ++i) {
    loop_of[i]->Post([request = &(*requests)[i]] { request->Ask(); });
  }
  ASSERT_TRUE(scene->Await()) << "ended " << scene->ended << " served " << scene->served;
}

TEST(WaitQueueThreads, TwoThreadsOneSlotTwoHundredRequestsFiftyLeaving) {
  const WorkerPtr w = MakeWorker({"w", 1, 1});
  const auto group = MakeGroup({w});
  Scene scene;
  std::deque<Request> requests;
  LoopThread threads[2];
  std::vector<net::EventLoop*> loop_of;
  base::SplitMix random(1);
  for (int i = 0; i < 200; ++i) {
    net::EventLoop* loop = threads[i % 2].loop();
    loop_of.push_back(loop);
    const int leaves_after = i % 4 == 3 ? static_cast<int>(random.Next() % 40) : -1;
    requests.emplace_back(&scene, loop, group, leaves_after, static_cast<int>(random.Next() % 3));
  }
  Play(&scene, &requests, loop_of);
  EXPECT_EQ(scene.most_running, 1);
  EXPECT_EQ(scene.served + scene.left_waiting, 200);
  EXPECT_GE(scene.served, 150);
  EXPECT_EQ(scene.queue.Length("model:m"), 0);
  EXPECT_EQ(w->state->waiters(), 0);
  EXPECT_EQ(w->state->in_flight(), 0);
  EXPECT_EQ(w->state->awaited_tokens(), 0);
}

TEST(WaitQueueThreads, NoWakeUpIsLostWhenQueuesKeepRunningEmpty) {
  // Slots are held for no time, so enqueues and releases coincide again and again.
  const WorkerPtr w = MakeWorker({"w", 1, 1});
  const auto group = MakeGroup({w});
  Scene scene;
  std::deque<Request> requests;
  LoopThread threads[2];
  std::vector<net::EventLoop*> loop_of;
  for (int i = 0; i < 4000; ++i) {
    loop_of.push_back(threads[i % 2].loop());
    requests.emplace_back(&scene, loop_of.back(), group, -1, i % 5 == 0 ? 1 : 0);
  }
  group->queue_length_max = 4000;
  Play(&scene, &requests, loop_of);
  EXPECT_EQ(scene.served, 4000);
  EXPECT_EQ(scene.most_running, 1);
  EXPECT_EQ(w->state->in_flight(), 0);
}

TEST(WaitQueueThreads, AReleaseAndAnEnqueueAtTheSameMomentMeet) {
  // One releases, one enqueues, and nothing that follows would make up for a lost wake-up.
  constexpr int kRounds = 1'000;
  WaitQueue queue(kNeverMs);
  const WorkerPtr w = MakeWorker({"w", 1, 1});
  const auto group = MakeGroup({w});
  net::EventLoop loop;
  std::atomic<int> round{-1};
  InFlight held;  // handed to the releasing thread by `round`, handed back by `released`
  std::atomic<int> released{-1};
  const auto jitter = [&round](uint64_t seed) {  // atomic reads: a delay that is not optimised away
    for (uint64_t n = base::SplitMix(seed).Next() % 1024; n > 0; --n) round.load();
  };
  std::thread releaser([&] {
    for (int i = 0; i < kRounds; ++i) {
      while (round.load() < i) std::this_thread::yield();
      if (round.load() >= kRounds) return;
      jitter(static_cast<uint64_t>(i));
      held.Release();
      released = i;
    }
  });
  int granted = 0;
  for (int i = 0; i < kRounds && granted == i; ++i) {
    held = InFlight::TryTake(w, &queue);
    round = i;
    jitter(static_cast<uint64_t>(i) + kRounds);
    const auto place = queue.Enqueue(group, {}, nullptr, &loop, [&](InFlight) { ++granted; });
    EXPECT_TRUE(TurnUntil(&loop, [&] { return granted > i; })) << "lost in round " << i;
    while (released.load() < i) std::this_thread::yield();
  }
  round = kRounds;
  releaser.join();
  EXPECT_EQ(granted, kRounds);
  EXPECT_EQ(w->state->in_flight(), 0);
}

TEST(WaitQueueThreads, GroupsThatShareWorkersStayWithinEveryLimit) {
  const WorkerPtr a = MakeWorker({"a", 1, 1}), b = MakeWorker({"b", 1, 2}),
                  c = MakeWorker({"c", 1, 1});
  const WorkerGroupPtr groups[] = {
      MakeGroup({a, b}, conf::Policy::kLeastLoaded, "model:1"),
      MakeGroup({b, c}, conf::Policy::kRoundRobin, "model:2"),
      MakeGroup({a, b, c}, conf::Policy::kLeastRequests, "model:3"),
  };
  Scene scene;
  std::deque<Request> requests;
  LoopThread threads[3];
  std::vector<net::EventLoop*> loop_of;
  base::SplitMix random(2);
  for (int i = 0; i < 900; ++i) {
    loop_of.push_back(threads[random.Next() % 3].loop());
    const int leaves_after = i % 4 == 3 ? static_cast<int>(random.Next() % 40) : -1;
    requests.emplace_back(&scene, loop_of.back(), groups[random.Next() % 3], leaves_after,
                          static_cast<int>(random.Next() % 3));
  }
  Play(&scene, &requests, loop_of);
  EXPECT_LE(scene.most_running, 4);
  EXPECT_EQ(scene.served + scene.left_waiting, 900);
  for (const WorkerPtr& w : {a, b, c}) {
    EXPECT_EQ(w->state->in_flight(), 0) << w->name();
    EXPECT_EQ(w->state->waiters(), 0) << w->name();
  }
}

}  // namespace
}  // namespace banto::upstream
