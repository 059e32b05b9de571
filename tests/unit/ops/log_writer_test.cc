#include "proxy/ops/log_writer.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>
#include <vector>

namespace banto::ops {
namespace {

std::string FileContent(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::filesystem::path NewFolder() {
  std::string pattern = (std::filesystem::temp_directory_path() / "banto-log-XXXXXX").string();
  return mkdtemp(pattern.data());
}

class LogWriterTest : public testing::Test {
 protected:
  ~LogWriterTest() override { std::filesystem::remove_all(dir_); }
  std::unique_ptr<LogWriter> Open() {
    std::string error;
    auto writer = LogWriter::Create(path_.string(), &error);
    EXPECT_NE(writer, nullptr) << error;
    return writer;
  }
  // The writer thread runs independently.
  template <typename Condition>
  static bool Eventually(Condition condition) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (!condition()) {
      if (std::chrono::steady_clock::now() > deadline) return false;
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    return true;
  }

  std::filesystem::path dir_ = NewFolder();
  std::filesystem::path path_ = dir_ / "access.log";
};

TEST_F(LogWriterTest, LinesReachTheFileWithoutAFlush) {
  auto writer = Open();
  LogRing* ring = writer->AddRing();
  for (const char* line : {"first", "second"}) {
    ASSERT_TRUE(ring->Push(line));
    EXPECT_TRUE(Eventually([&] { return FileContent(path_).find(line) != std::string::npos; }));
  }
  EXPECT_EQ(FileContent(path_), "first\nsecond\n");
}

TEST_F(LogWriterTest, AppendsToWhatIsThere) {
  Open()->AddRing()->Push("yesterday");
  Open()->AddRing()->Push("today");
  EXPECT_EQ(FileContent(path_), "yesterday\ntoday\n");
}

TEST_F(LogWriterTest, DestructorWritesPendingLinesOfAllThreads) {
  constexpr int kThreads = 4, kLines = 5'000;
  uint64_t dropped = 0;
  {
    auto writer = Open();
    std::vector<std::thread> threads;
    for (int t = 0; t < kThreads; ++t) {
      threads.emplace_back([ring = writer->AddRing(), t] {
        for (int i = 0; i < kLines; ++i) {
          ring->Push("thread " + std::to_string(t) + " line " + std::to_string(i));
        }
      });
    }
    for (auto& thread : threads) thread.join();
    dropped = writer->dropped();
  }
  std::ifstream file(path_);
  std::vector<int> next(kThreads, 0);
  int lines = 0, thread = 0, number = 0;
  for (std::string line; std::getline(file, line); ++lines) {
    ASSERT_EQ(std::sscanf(line.c_str(), "thread %d line %d", &thread, &number), 2) << line;
    EXPECT_GE(number, next[static_cast<size_t>(thread)]) << line;
    next[static_cast<size_t>(thread)] = number + 1;
  }
  EXPECT_EQ(static_cast<uint64_t>(lines) + dropped, uint64_t{kThreads * kLines});
}

TEST_F(LogWriterTest, LineAfterReopenGoesToTheNewFile) {
  auto writer = Open();
  LogRing* ring = writer->AddRing();
  ring->Push("before");
  ASSERT_TRUE(Eventually([&] { return FileContent(path_) == "before\n"; }));
  std::filesystem::rename(path_, dir_ / "access.log.1");
  writer->Reopen();
  ring->Push("after");
  EXPECT_TRUE(Eventually([&] { return FileContent(path_) == "after\n"; }));
  EXPECT_EQ(FileContent(dir_ / "access.log.1"), "before\n");
}

TEST_F(LogWriterTest, FullDiskIsCountedAndDoesNotStop) {
  std::string error;
  auto writer = LogWriter::Create("/dev/full", &error);
  ASSERT_NE(writer, nullptr) << error;
  LogRing* ring = writer->AddRing();
  ring->Push("one");
  ring->Push("two");
  EXPECT_TRUE(Eventually([&] { return writer->dropped() == 2; }));
}

TEST(LogWriterCreate, OffAcceptsAndDiscards) {
  std::string error;
  auto writer = LogWriter::Create("off", &error);
  ASSERT_NE(writer, nullptr);
  EXPECT_TRUE(writer->AddRing()->Push("nothing"));
  EXPECT_EQ(writer->dropped(), 0u);
}

TEST(LogWriterCreate, ExplainsWhyAFileCannotBeOpened) {
  std::string error;
  EXPECT_EQ(LogWriter::Create("/nonexistent/access.log", &error), nullptr);
  EXPECT_EQ(error, "cannot open the access log /nonexistent/access.log: No such file or directory");
}

}  // namespace
}  // namespace banto::ops
