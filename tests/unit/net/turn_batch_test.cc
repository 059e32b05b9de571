// The reads and sends of one turn (read_batch.h, send_batch.h), observed through streams.
#include <gtest/gtest.h>
#include <sys/ioctl.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "proxy/net/read_batch.h"
#include "tests/unit/net/loop_util.h"
#include "tests/unit/net/stream_peer.h"

namespace banto::net {
namespace {

// One stream, its handler and its other end (blocking).
struct End final : NotingHandler {
  explicit End(EventLoop* loop) {
    int ends[2];
    socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends);
    const int on = 1;
    ioctl(ends[0], FIONBIO, &on);
    peer = ends[1];
    owned = Stream::Accepted(loop, ends[0], this);
    stream = owned.get();
  }
  ~End() {
    owned.reset();
    if (peer >= 0) close(peer);
  }
  void OnReadable() override {
    if (on_readable) on_readable();
    if (owned) NotingHandler::OnReadable();
  }
  void OnUnsent(std::string_view rest, int error) override {
    to_write.append(rest);
    unsent_error = error;
    ++unsent;
  }

  IoResult WriteSoon(std::string bytes) const {
    const iovec piece{bytes.data(), bytes.size()};
    return stream->WriteSoon(&piece, 1);
  }
  // What the other end can read now.
  std::string Arrived() const {
    std::string bytes(1024 * 1024, '\0');
    const ssize_t count = recv(peer, bytes.data(), bytes.size(), MSG_DONTWAIT);
    bytes.resize(count > 0 ? static_cast<size_t>(count) : 0);
    return bytes;
  }
  int Waiting() const {
    int bytes = 0;
    ioctl(stream->fd(), FIONREAD, &bytes);
    return bytes;
  }

  std::unique_ptr<Stream> owned;
  std::function<void()> on_readable;
  int peer = -1, unsent = 0, unsent_error = 0;
};

class TurnBatchTest : public ::testing::Test {
 protected:
  EventLoop loop_;
  End a_{&loop_}, b_{&loop_};
};

TEST_F(TurnBatchTest, AllIsReadBeforeTheFirstIsHandled) {
  int waiting = -1;
  const auto look = [&] { waiting = std::max(waiting, a_.Waiting() + b_.Waiting()); };
  a_.on_readable = b_.on_readable = look;
  ASSERT_TRUE(SendAll(a_.peer, "one") && SendAll(b_.peer, "two"));
  EXPECT_TRUE(RunUntil(&loop_, [&] { return a_.got == "one" && b_.got == "two"; }));
  EXPECT_EQ(waiting, 0);
}

TEST_F(TurnBatchTest, MoreStreamsThanABatchHoldsAreAllServed) {
  std::vector<std::unique_ptr<End>> ends;
  for (int i = 0; i < 300; ++i) {
    ends.push_back(std::make_unique<End>(&loop_));
    End* end = ends.back().get();
    end->on_readable = [end] { end->WriteSoon("answer"); };
    ASSERT_TRUE(SendAll(end->peer, std::string(static_cast<size_t>(i) * 10 + 1, 'x')));
  }
  RunTurns(&loop_, 5);
  for (int i = 0; i < 300; ++i) {
    const End& end = *ends[static_cast<size_t>(i)];
    EXPECT_EQ(end.got.size(), static_cast<size_t>(i) * 10 + 1);
    EXPECT_EQ(end.Arrived(), "answer");
  }
}

TEST_F(TurnBatchTest, LongMessageIsReadInOneGo) {
  const std::string message(20 * ReadBatch::kSlotBytes, 'm');
  ASSERT_TRUE(SendAll(a_.peer, message));
  EXPECT_TRUE(RunUntil(&loop_, [&] { return !a_.got.empty(); }));
  EXPECT_GT(a_.got.size(), ReadBatch::kSlotBytes);
  EXPECT_TRUE(RunUntil(&loop_, [&] { return a_.got == message; }));
}

TEST_F(TurnBatchTest, SmallReadsOfOneMessageLoseNothing) {
  a_.read_size = 5;
  ASSERT_TRUE(SendAll(a_.peer, "twelve bytes"));
  EXPECT_TRUE(RunUntil(&loop_, [&] { return a_.got == "twelve bytes"; }));
}

TEST_F(TurnBatchTest, PausedBetweenReadAndDelivery_BytesWaitForItsResume) {
  a_.on_readable = [&] { b_.stream->SetReading(false); };
  b_.on_readable = [&] { a_.stream->SetReading(false); };
  ASSERT_TRUE(SendAll(a_.peer, "one") && SendAll(b_.peer, "two"));
  RunTurns(&loop_, 5);
  ASSERT_EQ(a_.got.size() + b_.got.size(), 3u);
  a_.on_readable = b_.on_readable = nullptr;
  a_.stream->SetReading(true);
  b_.stream->SetReading(true);
  EXPECT_TRUE(RunUntil(&loop_, [&] { return a_.got == "one" && b_.got == "two"; }));
  ASSERT_TRUE(SendAll(a_.peer, " more") && SendAll(b_.peer, " more"));
  EXPECT_TRUE(RunUntil(&loop_, [&] { return a_.got == "one more" && b_.got == "two more"; }));
}

// Taken for an orderly end, it would make an answer without a length look complete.
TEST_F(TurnBatchTest, PausedBetweenReadAndDelivery_AResetStaysAReset) {
  const RawServer server;
  NotingHandler handler;
  const std::unique_ptr<Stream> stream = Stream::Connect(&loop_, server.address(), {}, &handler);
  handler.stream = stream.get();
  const int peer = server.Accept();
  ASSERT_TRUE(RunUntil(&loop_, [&] { return handler.connected > 0; }));
  // Whichever order the turn has, a_ or b_ is notified before the stream.
  a_.on_readable = b_.on_readable = [&] {
    if (stream->HasUnread()) stream->SetReading(false);
  };
  ASSERT_TRUE(SendAll(a_.peer, "one"));
  CloseWithReset(peer);
  ASSERT_TRUE(SendAll(b_.peer, "two"));
  EXPECT_TRUE(RunUntil(&loop_, [&] { return handler.ended; }));
  EXPECT_EQ(handler.last_read->status, IoStatus::kError);
  EXPECT_EQ(handler.last_read->error, ECONNRESET);
}

TEST_F(TurnBatchTest, DestroyedBetweenReadAndDelivery_IsNotNotified) {
  a_.on_readable = [&] { b_.owned.reset(); };
  b_.on_readable = [&] { a_.owned.reset(); };
  ASSERT_TRUE(SendAll(a_.peer, "one") && SendAll(b_.peer, "two"));
  RunTurns(&loop_, 5);
  EXPECT_EQ(a_.got.size() + b_.got.size(), 3u);
}

TEST_F(TurnBatchTest, HasUnreadAnnouncesWhatTheTurnWillDeliver) {
  bool seen = false;
  a_.on_readable = [&] { seen = seen || b_.stream->HasUnread(); };
  b_.on_readable = [&] { seen = seen || a_.stream->HasUnread(); };
  ASSERT_TRUE(SendAll(a_.peer, "one"));
  close(b_.peer);
  b_.peer = -1;
  EXPECT_TRUE(RunUntil(&loop_, [&] { return a_.got == "one" && b_.ended; }));
  EXPECT_TRUE(seen);
  EXPECT_FALSE(a_.stream->HasUnread());
}

TEST_F(TurnBatchTest, WritesOfATurnAreSentTogetherAtItsEnd) {
  std::string early = "nothing";
  a_.on_readable = [&] {
    a_.WriteSoon("head ");
    a_.WriteSoon("body");
    early = a_.Arrived();
  };
  ASSERT_TRUE(SendAll(a_.peer, "go"));
  RunTurns(&loop_, 3);
  EXPECT_EQ(early, "");
  EXPECT_EQ(a_.Arrived(), "head body");
}

TEST_F(TurnBatchTest, LargeAndDirectWritesKeepTheOrder) {
  const std::string large(10'000, 'l');
  a_.on_readable = [&] {
    a_.WriteSoon("first ");
    b_.WriteSoon("other");
    a_.WriteSoon("second ");
    a_.WriteSoon(large);
    a_.WriteSoon(" third");
    std::string last = " fourth";
    const iovec piece{last.data(), last.size()};
    a_.stream->Write(&piece, 1);
  };
  ASSERT_TRUE(SendAll(a_.peer, "go"));
  RunTurns(&loop_, 3);
  EXPECT_EQ(a_.Arrived(), "first second " + large + " third fourth");
  EXPECT_EQ(b_.Arrived(), "other");
}

TEST_F(TurnBatchTest, UnsentBytesComeBackAndContinueInOrder) {
  std::string expected, arrived;
  Timer tick(&loop_, [&] {
    for (int i = 0; i < 8 && a_.unsent == 0; ++i) {
      const std::string line = std::to_string(expected.size()) + std::string(900, '.');
      if (a_.WriteSoon(line).bytes != line.size()) break;
      expected += line;
    }
    tick.Set(1);
  });
  tick.Set(0);
  ASSERT_TRUE(RunUntil(&loop_, [&] { return a_.unsent > 0; }));
  EXPECT_EQ(a_.unsent_error, 0);
  EXPECT_FALSE(a_.to_write.empty());
  EXPECT_TRUE(RunUntil(&loop_, [&] {
    arrived += a_.Arrived();
    return arrived.size() >= expected.size();
  }));
  EXPECT_EQ(arrived, expected);
}

TEST_F(TurnBatchTest, BrokenStreamIsReportedWhenItsBytesComeBack) {
  a_.greedy = false;
  b_.on_readable = [&] {
    if (a_.unsent == 0) a_.WriteSoon("into the void");
  };
  CloseWithReset(a_.peer);
  a_.peer = -1;
  ASSERT_TRUE(SendAll(b_.peer, "go"));
  EXPECT_TRUE(RunUntil(&loop_, [&] { return a_.unsent > 0; }));
  EXPECT_NE(a_.unsent_error, 0);
}

TEST_F(TurnBatchTest, ShutdownFollowsPendingWrites) {
  a_.on_readable = [&] {
    a_.WriteSoon("last words");
    a_.stream->ShutdownWrite();
  };
  ASSERT_TRUE(SendAll(a_.peer, "go"));
  RunTurns(&loop_, 3);
  EXPECT_EQ(a_.Arrived(), "last words");
  EXPECT_EQ(recv(a_.peer, nullptr, 0, MSG_DONTWAIT), 0);
}

TEST_F(TurnBatchTest, DestroyedWithUnsentBytes_OthersAreSent) {
  a_.on_readable = [&] {
    b_.WriteSoon("lost");
    a_.WriteSoon("sent");
    b_.owned.reset();
  };
  ASSERT_TRUE(SendAll(a_.peer, "go"));
  RunTurns(&loop_, 3);
  EXPECT_EQ(a_.Arrived(), "sent");
  EXPECT_EQ(b_.Arrived(), "");
}

}  // namespace
}  // namespace banto::net
