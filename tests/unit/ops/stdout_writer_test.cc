// The writer on a pipe instead of stdout: a slow reader, and one that never reads.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <string>
#include <thread>

#include "proxy/ops/log_writer.h"

namespace banto::ops {
namespace {

// Turns stdout into a pipe while it lives.
class StdoutPipe {
 public:
  StdoutPipe() : kept_(dup(STDOUT_FILENO)) {
    fflush(stdout);
    int ends[2];
    if (pipe(ends) != 0) abort();
    read_ = ends[0];
    dup2(ends[1], STDOUT_FILENO);
    close(ends[1]);
  }
  ~StdoutPipe() {
    Restore();
    close(read_);
  }
  void Restore() {
    if (kept_ < 0) return;
    dup2(kept_, STDOUT_FILENO);
    close(kept_);
    kept_ = -1;
  }
  int read_end() const { return read_; }

 private:
  int kept_, read_ = -1;
};

TEST(StdoutWriter, ReaderGetsEveryLine) {
  constexpr int kLines = 4'000;
  StdoutPipe pipe;
  std::string error, expected, got;
  auto writer = LogWriter::Create("stdout", &error);
  ASSERT_NE(writer, nullptr);
  std::thread reader([&] {
    char bytes[1000];
    for (ssize_t n; (n = read(pipe.read_end(), bytes, sizeof bytes)) > 0;) {
      got.append(bytes, static_cast<size_t>(n));
    }
  });
  LogRing* ring = writer->AddRing();
  for (int i = 0; i < kLines; ++i) {
    const std::string line = "line " + std::to_string(i) + std::string(100, '.');
    ASSERT_TRUE(ring->Push(line));
    expected += line + "\n";
  }
  writer.reset();
  pipe.Restore();  // closes the last write end
  reader.join();
  EXPECT_TRUE(got == expected);
}

// A hanging container runtime must neither block a proxy thread nor keep the process from exiting.
TEST(StdoutWriter, ReaderThatNeverReadsBlocksNothing) {
  StdoutPipe pipe;
  std::string error;
  auto writer = LogWriter::Create("stdout", &error);
  ASSERT_NE(writer, nullptr);
  LogRing* ring = writer->AddRing();
  const std::string line(1000, 'x');
  int refused = 0;
  for (int i = 0; i < 3'000; ++i) refused += ring->Push(line) ? 0 : 1;
  EXPECT_GT(refused, 0);
  EXPECT_GE(writer->dropped(), static_cast<uint64_t>(refused));
  writer.reset();  // returns
}

}  // namespace
}  // namespace banto::ops
