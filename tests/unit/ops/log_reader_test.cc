#include "proxy/ops/log_reader.h"

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>
#include <zlib.h>

#include <string>
#include <vector>

namespace banto::ops {
namespace {

class Lines final : public LineSink {
 public:
  void OnLine(std::string_view line) override { lines.emplace_back(line); }
  void OnLongLine() override { ++long_lines; }
  std::vector<std::string> lines;
  int long_lines = 0;
};

// A file in memory with these bytes.
class File {
 public:
  explicit File(std::string_view bytes) : fd_(memfd_create("log", MFD_CLOEXEC)) {
    EXPECT_EQ(write(fd_, bytes.data(), bytes.size()), static_cast<ssize_t>(bytes.size()));
    EXPECT_EQ(lseek(fd_, 0, SEEK_SET), 0);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File() { close(fd_); }
  int fd() const { return fd_; }

 private:
  const int fd_;
};

std::string Gzipped(std::string text) {
  constexpr int kGzip = 16;
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, 6, Z_DEFLATED, MAX_WBITS + kGzip, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string out(deflateBound(&stream, text.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(text.data());
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

TEST(LogReader, WhereverAPieceEndsTheLinesAreTheSame) {
  const std::string text = "one\ntwo\n\nthree and more\nfour";
  const std::vector<std::string> expected = {"one", "two", "three and more", "four"};
  for (size_t size = 1; size <= text.size(); ++size) {
    Lines lines;
    LineCutter cutter(&lines);
    for (size_t at = 0; at < text.size(); at += size) {
      cutter.Add(std::string_view(text).substr(at, size));
    }
    cutter.End();
    EXPECT_EQ(lines.lines, expected) << size;
  }
}

TEST(LogReader, ALineThatIsTooLongIsLeftOutAndTheNextOneIsRead) {
  Lines lines;
  LineCutter cutter(&lines);
  const std::string longest(LineCutter::kLineBytesMax, 'x');
  cutter.Add(longest + "\n" + longest + "x\nnext\n");
  const std::string part(1000, 'y');
  for (size_t i = 0; i < 100'000; ++i) cutter.Add(part);  // 100 MB without an end
  cutter.Add("\nlast");
  cutter.End();
  EXPECT_EQ(lines.lines, (std::vector<std::string>{longest, "next", "last"}));
  EXPECT_EQ(lines.long_lines, 2);
}

TEST(LogReader, ACompressedLogIsKnownByItsFirstBytes) {
  std::string text;
  std::vector<std::string> expected;
  for (int i = 0; i < 50'000; ++i) {
    expected.push_back("line " + std::to_string(i));
    text += expected.back() + "\n";
  }
  for (const std::string& bytes :
       {text, Gzipped(text), Gzipped(text.substr(0, 1000)) + Gzipped(text.substr(1000))}) {
    Lines lines;
    EXPECT_EQ(ReadLog(File(bytes).fd(), &lines), "");
    EXPECT_EQ(lines.lines, expected);
  }
}

TEST(LogReader, ACompressedLogThatIsCutShortOrBrokenIsSaidSo) {
  const std::string whole = Gzipped(std::string(100'000, 'x') + "\nmore\n");
  Lines lines;
  EXPECT_EQ(ReadLog(File(whole.substr(0, whole.size() - 5)).fd(), &lines),
            "its compressed data end too early");
  std::string broken = whole;
  broken[broken.size() / 2] = static_cast<char>(~broken[broken.size() / 2]);
  EXPECT_NE(ReadLog(File(broken).fd(), &lines), "");
  EXPECT_EQ(ReadLog(File(whole + "tail").fd(), &lines), "its compressed data are corrupt");
}

TEST(LogReader, AnEmptyLogHasNoLinesAndABadDescriptorIsAnError) {
  Lines lines;
  EXPECT_EQ(ReadLog(File("").fd(), &lines), "");
  EXPECT_TRUE(lines.lines.empty());
  EXPECT_EQ(ReadLog(-1, &lines), "Bad file descriptor");
}

}  // namespace
}  // namespace banto::ops
