// Cuts the pieces of a write into TLS records of up to 16 KiB: in place where one piece fills a
// record, otherwise gathered, so that a head and a small body share a record and a send. A record's
// size depends only on how much is left, because a blocked SSL_write must be repeated with no fewer
// bytes.
#ifndef BANTO_PROXY_NET_RECORD_SOURCE_H_
#define BANTO_PROXY_NET_RECORD_SOURCE_H_

#include <sys/uio.h>

#include <cstddef>
#include <string_view>

namespace banto::net {

class RecordSource {
 public:
  static constexpr size_t kRecordBytesMax = size_t{16} * 1024;  // RFC 8446 §5.1

  // `pieces` must outlive this.
  RecordSource(const iovec* pieces, int count);

  size_t left_bytes() const { return left_bytes_; }
  // Returns the next record; requires left_bytes() > 0. `space` (kRecordBytesMax bytes) holds a
  // record that has to be gathered.
  std::string_view Peek(char* space);
  // Marks `size` bytes of the record as sent.
  void Advance(size_t size);

 private:
  void Step();

  const iovec* piece_;
  size_t offset_ = 0;  // bytes of *piece_ already sent
  size_t left_bytes_ = 0;
};

}  // namespace banto::net

#endif  // BANTO_PROXY_NET_RECORD_SOURCE_H_
