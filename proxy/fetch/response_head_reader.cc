#include "proxy/fetch/response_head_reader.h"

#include <utility>

#include "proxy/http/same_head.h"
#include "proxy/net/spare_list.h"

namespace banto {
namespace {

// Of all interim answers together, in header_bytes_max: a gateway may say 102 every few seconds.
constexpr size_t kInterimHeadsMax = 16;

// As earlier answers on this thread left them: the next answer may have the same head.
net::SpareList<std::unique_ptr<http::ResponseHead>>& SpareHeads() {
  thread_local net::SpareList<std::unique_ptr<http::ResponseHead>> heads;
  return heads;
}

http::HeadLimits HeadLimitsOf(const conf::Limits& limits) {
  return {static_cast<size_t>(limits.header_bytes_max), static_cast<size_t>(limits.headers_max)};
}

}  // namespace

ResponseHeadReader::ResponseHeadReader() : head_(SpareHeads().Take()) {
  if (!head_) head_ = std::make_unique<http::ResponseHead>();
}

ResponseHeadReader::~ResponseHeadReader() {
  if (head_->bytes().capacity() <= net::kSpareBytesMax) SpareHeads().Leave(std::move(head_));
}

std::string ResponseHeadReader::Join(std::string_view more) {
  std::string joined = std::exchange(kept_, std::string());
  joined.append(more);
  return joined;
}

ResponseHeadReader::Status ResponseHeadReader::Read(const conf::Limits& limits,
                                                    std::string_view request_method,
                                                    std::string_view* bytes) {
  constexpr int kSwitchingProtocols = 101;
  const http::ParseResult result =
      http::ReadHead(*bytes, scanned_, HeadLimitsOf(limits), request_method, head_.get());
  if (result.status == http::ParseStatus::kMore) {
    scanned_ = bytes->size();
    kept_.assign(*bytes);
    return Status::kMore;
  }
  if (result.status == http::ParseStatus::kBad) {
    // 431: longer than our limits allow, which is not the worker's fault.
    if (result.http_status != 431) return Bad(FailureKind::kProtocol, result.error);
    return Bad(FailureKind::kHeadTooLong,
               std::string(result.error) + " (limits.header_bytes_max, limits.headers_max)");
  }
  bytes->remove_prefix(result.consumed);
  scanned_ = 0;
  if (head_->status() >= 200) return Status::kFinal;
  if (head_->status() == kSwitchingProtocols)
    return Bad(FailureKind::kProtocol, "a switch of protocols that nobody asked for");
  interim_bytes_ += result.consumed;
  if (interim_bytes_ <= kInterimHeadsMax * limits.header_bytes_max) return Status::kInterim;
  return Bad(FailureKind::kHeadTooLong,
             "its interim answers are longer than 16 times limits.header_bytes_max");
}

ResponseHeadReader::Status ResponseHeadReader::Bad(FailureKind kind, std::string what) {
  kind_ = kind;
  what_ = std::move(what);
  return Status::kBad;
}

}  // namespace banto
