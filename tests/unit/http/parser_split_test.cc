// Heads that arrive in pieces, and heads that end where readable memory ends.
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstring>
#include <string>
#include <vector>

#include "proxy/http/body_parser.h"
#include "proxy/http/parser.h"

namespace banto::http {
namespace {

const std::vector<std::string>& Requests() {
  static const std::vector<std::string> kRequests = {
      "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
      "\r\n\r\nPOST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1:8080\r\nContent-Length: 12\r\n"
      "Authorization: Bearer sk-0123456789\r\nAccept: */*\r\nConnection: keep-alive\r\n\r\nbody",
      "GET http://h?x HTTP/1.1\r\nHost: a\r\n\r\n",
      "GET / HTTP/1.1\nHost: a\n\n",
      "GET / HTTP/1.1\r\nHost: a\r\nA : b\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: a\r\n b\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: a\r\nA: \x01\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: a\rX\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\n",
      "GET "
      "/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
      "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa HTTP/1.1\r\nHost: a\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: a\r\nA: "
      "0123456789012345678901234567890123456789012345678901234567890"
      "1234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901"
      "1234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901"
      "1234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901"
      "1234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901"
      "\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: a\r\nA: b\r\nC: d\r\nE: f\r\nG: h\r\nI: j\r\nK: l\r\nM: n\r\n\r\n",
      "CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n",
      "\r\r\n",
  };
  return kRequests;
}

constexpr HeadLimits kLimits{.header_bytes_max = 256, .headers_max = 7};

struct Outcome {
  ParseStatus status;
  size_t consumed;
  int http_status;
  std::string error, bytes, target, host;
  bool operator==(const Outcome&) const = default;
};

Outcome Read(std::string_view in, size_t scanned) {
  RequestHead head;
  const ParseResult r = ParseRequestHead(in, scanned, kLimits, &head);
  if (r.status != ParseStatus::kDone) {
    return {r.status, 0, r.http_status, r.error ? r.error : "", "", "", ""};
  }
  return {r.status,
          r.consumed,
          0,
          "",
          head.bytes(),
          std::string(head.target()),
          std::string(head.host())};
}

Outcome ReadResponse(std::string_view in, size_t scanned) {
  ResponseHead head;
  const ParseResult r = ParseResponseHead(in, scanned, kLimits, "GET", &head);
  if (r.status != ParseStatus::kDone) {
    return {r.status, 0, r.http_status, r.error ? r.error : "", "", "", ""};
  }
  return {r.status, r.consumed, 0, "", head.bytes(), std::to_string(head.status()), ""};
}

template <class Reader>
void ExpectSameAtEverySplit(const std::string& in, Reader read) {
  const Outcome whole = read(in, 0);
  for (size_t cut = 0; cut < in.size(); ++cut) {
    const Outcome first = read(std::string_view(in).substr(0, cut), 0);
    const Outcome second = first.status == ParseStatus::kMore ? read(in, cut) : first;
    EXPECT_EQ(second, whole) << in << " cut at " << cut << ": " << second.error;
  }
}

template <class Reader>
void ExpectSameByteByByte(const std::string& in, Reader read) {
  size_t scanned = 0;
  for (size_t size = 1; size <= in.size(); ++size) {
    const std::string_view prefix = std::string_view(in).substr(0, size);
    const Outcome step = read(prefix, scanned);
    EXPECT_EQ(step, read(prefix, 0)) << prefix;
    if (step.status != ParseStatus::kMore) {
      EXPECT_EQ(step, read(in, 0)) << prefix;
      return;
    }
    scanned = size;
  }
}

TEST(RequestHeadInPieces, EverySplitGivesTheSameResult) {
  for (const std::string& in : Requests()) ExpectSameAtEverySplit(in, Read);
}

TEST(RequestHeadInPieces, ByteByByteGivesTheSameResult) {
  for (const std::string& in : Requests()) ExpectSameByteByByte(in, Read);
}

TEST(ResponseHeadInPieces, EverySplitGivesTheSameResult) {
  for (const char* in : {"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\nserver: x\r\n\r\n5\r\n",
                         "HTTP/1.1 2\r\n", "HTTP/1.1 200\r\nA: b\n",
                         "HTTP/1.0 500 \r\nA : b\r\n\r\n", "\r\nHTTP/1.1 200 OK\r\n\r\n"}) {
    ExpectSameAtEverySplit(in, ReadResponse);
    ExpectSameByteByByte(in, ReadResponse);
  }
}

// A readable page followed by an unreadable one.
class GuardedPage {
 public:
  GuardedPage() : size_(static_cast<size_t>(sysconf(_SC_PAGESIZE))) {
    void* at = mmap(nullptr, 2 * size_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    page_ = static_cast<char*>(at);
    mprotect(page_ + size_, size_, PROT_NONE);
  }
  ~GuardedPage() { munmap(page_, 2 * size_); }
  GuardedPage(const GuardedPage&) = delete;
  GuardedPage& operator=(const GuardedPage&) = delete;
  // Places `in` at the end of the page.
  std::string_view Put(std::string_view in) {
    char* at = page_ + size_ - in.size();
    std::memcpy(at, in.data(), in.size());
    return {at, in.size()};
  }

 private:
  size_t size_;
  char* page_;
};

TEST(GuardPage, RequestHeadIsNotReadBeyondItsEnd) {
  GuardedPage page;
  for (const std::string& in : Requests()) {
    for (size_t size = 0; size <= in.size(); ++size) {
      const std::string_view prefix = std::string_view(in).substr(0, size);
      EXPECT_EQ(Read(page.Put(prefix), 0), Read(prefix, 0));
    }
  }
}

TEST(GuardPage, ResponseHeadIsNotReadBeyondItsEnd) {
  GuardedPage page;
  const std::string in = "HTTP/1.1 200 OK\r\ncontent-length: 5\r\nserver: uvicorn\r\n\r\n";
  for (size_t size = 0; size <= in.size(); ++size) {
    const std::string_view prefix = std::string_view(in).substr(0, size);
    EXPECT_EQ(ReadResponse(page.Put(prefix), 0), ReadResponse(prefix, 0));
  }
}

TEST(GuardPage, ChunkedBodyIsNotReadBeyondItsEnd) {
  GuardedPage page;
  const std::string in = "5;a=\"b\"\r\nhello\r\n0\r\nA: b\r\n\r\n";
  for (size_t size = 0; size <= in.size(); ++size) {
    std::string_view rest = page.Put(std::string_view(in).substr(0, size));
    BodyParser parser({BodyKind::kChunked, 0});
    while (!rest.empty()) {
      const size_t consumed = parser.Next(rest).consumed;
      ASSERT_GT(consumed, 0u);
      rest.remove_prefix(consumed);
    }
    EXPECT_EQ(parser.done(), size == in.size());
  }
}

}  // namespace
}  // namespace banto::http
