#include "proxy/net/event_loop.h"

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "tests/unit/net/loop_util.h"

namespace banto::net {
namespace {

// Records its destruction, and defers another object in its destructor if it has one.
class Doomed : public Deferred {
 public:
  Doomed(EventLoop* loop, std::vector<std::string>* log, std::string name,
         std::unique_ptr<Deferred> next = nullptr)
      : loop_(loop), log_(log), name_(std::move(name)), next_(std::move(next)) {}
  ~Doomed() override {
    log_->push_back(name_);
    if (next_ != nullptr) loop_->DestroyLater(std::move(next_));
  }

 private:
  EventLoop* loop_;
  std::vector<std::string>* log_;
  std::string name_;
  std::unique_ptr<Deferred> next_;
};

class Hook : public TurnEnd {
 public:
  explicit Hook(std::function<void()> body) : body_(std::move(body)) {}
  void OnTurnEnd() override { body_(); }

 private:
  std::function<void()> body_;
};

TEST(EventLoop, TasksOfOneThreadKeepTheirOrder) {
  EventLoop loop;
  std::vector<int> seen;
  std::thread poster([&loop, &seen] {
    for (int i = 0; i < 10'000; ++i) loop.Post([i, &seen] { seen.push_back(i); });
    loop.Post([&loop] { loop.Stop(); });
  });
  loop.Run();
  poster.join();
  ASSERT_EQ(seen.size(), 10'000u);
  EXPECT_TRUE(std::is_sorted(seen.begin(), seen.end()));
}

TEST(EventLoop, NoTaskOfManyThreadsIsLost) {
  EventLoop loop;
  constexpr int kThreads = 4, kTasks = 5'000;
  int count = 0;
  std::vector<std::thread> posters;
  for (int t = 0; t < kThreads; ++t) {
    posters.emplace_back([&loop, &count] {
      for (int i = 0; i < kTasks; ++i) loop.Post([&count] { ++count; });
    });
  }
  EXPECT_TRUE(RunUntil(&loop, [&count] { return count == kThreads * kTasks; }));
  for (std::thread& poster : posters) poster.join();
}

TEST(EventLoop, TaskPostedByATaskRunsInALaterTurn) {
  EventLoop loop;
  std::vector<std::string> log;
  Hook hook([&log] { log.push_back("turn end"); });
  loop.Post([&] {
    log.push_back("first");
    loop.AtTurnEnd(&hook);
    loop.Post([&] {
      log.push_back("second");
      loop.Stop();
    });
  });
  loop.Run();
  EXPECT_EQ(log, (std::vector<std::string>{"first", "turn end", "second"}));
}

TEST(EventLoop, MoveOnlyTaskIsAccepted) {
  EventLoop loop;
  int value = 0;
  loop.Post([&value, &loop, owned = std::make_unique<int>(7)] {
    value = *owned;
    loop.Stop();
  });
  loop.Run();
  EXPECT_EQ(value, 7);
}

TEST(EventLoop, TasksLeftAtTheEndAreDestroyedUnrun) {
  auto witness = std::make_shared<int>(0);
  {
    EventLoop loop;
    loop.Post([witness] { ++*witness; });
    EXPECT_EQ(witness.use_count(), 2);
  }
  EXPECT_EQ(witness.use_count(), 1);
  EXPECT_EQ(*witness, 0);
}

// A task whose destructor posts another, like a slot handed from one waiter to the next.
struct PostsInItsEnd {
  PostsInItsEnd(EventLoop* l, std::shared_ptr<int> w, int more)
      : loop(l), held(std::move(w)), more_posts(more) {}
  ~PostsInItsEnd() {
    if (more_posts == 0) return;
    loop->Post([next = std::make_unique<PostsInItsEnd>(loop, held, more_posts - 1)] {});
  }
  EventLoop* loop;
  std::shared_ptr<int> held;
  int more_posts;
};

TEST(EventLoop, TaskThatPostsWhenDestroyedIsDestroyedToo) {
  auto witness = std::make_shared<int>(0);
  {
    EventLoop loop;
    loop.Post([first = std::make_unique<PostsInItsEnd>(&loop, witness, 5)] {});
  }
  EXPECT_EQ(witness.use_count(), 1);
}

TEST(EventLoop, StopBeforeRunCounts) {
  EventLoop loop;
  loop.Stop();
  loop.Run();  // would hang
  bool ran = false;
  loop.Post([&] {
    ran = true;
    loop.Stop();
  });
  loop.Run();
  EXPECT_TRUE(ran);
}

TEST(EventLoop, StopFromAnotherThreadEndsAnIdleLoop) {
  EventLoop loop;
  std::atomic<bool> running{false};
  std::thread stopper([&] {
    while (!running) std::this_thread::yield();
    loop.Stop();
  });
  loop.Post([&running] { running = true; });
  loop.Run();
  stopper.join();
}

TEST(EventLoop, DeferredObjectsAreDestroyedAfterTheCallbackInOrder) {
  EventLoop loop;
  std::vector<std::string> log;
  loop.Post([&] {
    loop.DestroyLater(std::make_unique<Doomed>(&loop, &log, "a"));
    loop.DestroyLater(std::make_unique<Doomed>(&loop, &log, "b"));
    log.push_back("callback");
    loop.Stop();
  });
  loop.Run();
  EXPECT_EQ(log, (std::vector<std::string>{"callback", "a", "b"}));
}

TEST(EventLoop, DestructorMayDeferMoreInTheSameTurn) {
  EventLoop loop;
  std::vector<std::string> log;
  loop.Post([&] {
    auto inner = std::make_unique<Doomed>(&loop, &log, "inner");
    loop.DestroyLater(std::make_unique<Doomed>(&loop, &log, "outer", std::move(inner)));
    loop.Stop();
  });
  loop.Run();
  EXPECT_EQ(log, (std::vector<std::string>{"outer", "inner"}));
}

TEST(EventLoop, TurnEndHookRunsOncePerTurnBeforeDeferredObjectsGo) {
  EventLoop loop;
  std::vector<std::string> log;
  Hook hook([&log] { log.push_back("hook"); });
  loop.Post([&] {
    loop.DestroyLater(std::make_unique<Doomed>(&loop, &log, "doomed"));
    loop.AtTurnEnd(&hook);
    loop.AtTurnEnd(&hook);
    loop.Stop();
  });
  loop.Run();
  EXPECT_EQ(log, (std::vector<std::string>{"hook", "doomed"}));
}

TEST(EventLoop, HookRequestedByADestructorRunsInTheSameTurn) {
  EventLoop loop;
  int calls = 0;
  Hook hook([&calls] { ++calls; });
  struct Asks : Deferred {
    Asks(EventLoop* l, TurnEnd* h) : loop(l), hook(h) {}
    ~Asks() override { loop->AtTurnEnd(hook); }
    EventLoop* loop;
    TurnEnd* hook;
  };
  loop.Post([&] {
    loop.DestroyLater(std::make_unique<Asks>(&loop, &hook));
    loop.Stop();
  });
  loop.Run();
  EXPECT_EQ(calls, 1);
}

TEST(EventLoop, DestroyedHookIsNotCalled) {
  EventLoop loop;
  int calls = 0;
  auto victim = std::make_unique<Hook>([&calls] { ++calls; });
  Hook killer([&victim] { victim.reset(); });
  loop.Post([&] {
    loop.AtTurnEnd(&killer);
    loop.AtTurnEnd(victim.get());
    loop.Stop();
  });
  loop.Run();
  EXPECT_EQ(calls, 0);
}

TEST(EventLoop, ClockStandsStillWithinATurnAndGoesOnBetweenTurns) {
  EventLoop loop;
  int64_t first = 0, later_in_turn = 0, next_turn = 0;
  loop.Post([&] {
    first = loop.NowMs();
    const int64_t until = EventLoop::NowUs() + 3'000;
    while (EventLoop::NowUs() < until) {
    }
    later_in_turn = loop.NowMs();
    loop.Post([&] {
      next_turn = loop.NowMs();
      loop.Stop();
    });
  });
  loop.Run();
  EXPECT_EQ(first, later_in_turn);
  EXPECT_GE(next_turn, first + 3);
}

TEST(EventLoop, ClockIsNotStaleOutsideOfRun) {
  EventLoop loop;
  const int64_t before = loop.NowMs();
  const int64_t until = EventLoop::NowUs() + 3'000;
  while (EventLoop::NowUs() < until) {
  }
  EXPECT_GE(loop.NowMs(), before + 3);
  EXPECT_GT(loop.WallSeconds(), 1'700'000'000);
}

TEST(EventLoop, LagIsTheWaitOfTheOldestTask) {
  EventLoop loop;
  loop.Post([&] {
    loop.Post([&] { loop.Stop(); });
    const int64_t until = EventLoop::NowUs() + 2'000;
    while (EventLoop::NowUs() < until) {
    }
  });
  loop.Run();
  EXPECT_GE(loop.LagUs(), 2'000);
}

}  // namespace
}  // namespace banto::net
