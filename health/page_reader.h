// Parses one answer to a GET into an HttpGetResult, with bounded size. Pure; owned by the HttpGet
// that reads the bytes.
#ifndef BANTO_HEALTH_PAGE_READER_H_
#define BANTO_HEALTH_PAGE_READER_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "health/http_get.h"
#include "proxy/http/body_parser.h"

namespace banto::health {

class PageReader {
 public:
  explicit PageReader(size_t body_bytes_max) : body_bytes_max_(body_bytes_max) {}

  // Consumes `in`; false once nothing more is needed.
  bool Take(std::string_view in);
  // The peer closed, cleanly (0) or with an errno.
  void Closed(int error);
  HttpGetResult& result() { return result_; }

 private:
  bool TakeHead();
  bool TakeBody(std::string_view in);
  void End(bool whole, const char* otherwise);

  size_t body_bytes_max_;
  std::string head_bytes_;
  size_t scanned_bytes_ = 0;
  std::string coding_;  // of its Content-Encoding
  std::optional<http::BodyParser> body_;
  HttpGetResult result_;
};

}  // namespace banto::health

#endif  // BANTO_HEALTH_PAGE_READER_H_
