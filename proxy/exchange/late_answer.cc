#include "proxy/exchange/late_answer.h"

#include <algorithm>

#include "proxy/api/error_shape.h"
#include "proxy/http/message.h"

namespace banto {
namespace {

constexpr size_t kBytesMax = 1u << 20;
constexpr size_t kQuotedMax = 500;
constexpr const char* kCode = "stream_not_given";

}  // namespace

LateAnswer::LateAnswer(FetchHead head)
    : status_(head.status),
      worker_(head.worker != nullptr ? head.worker->name() : "the worker"),
      type_(head.fields.Find("Content-Type")),
      coding_(head.fields.Find("Content-Encoding")) {
  if (http::EqualsNoCase(coding_, "identity")) coding_.clear();
}

bool LateAnswer::Add(std::span<const std::string_view> pieces) {
  for (std::string_view piece : pieces)
    body_.append(piece.substr(0, kBytesMax - std::min(body_.size(), kBytesMax)));
  return body_.size() < kBytesMax;
}

std::string LateAnswer::Event(const api::OperationInfo& operation,
                              std::string_view request_id) const {
  if (status_ >= 400 && coding_.empty())
    return api::WorkerErrorFrame(operation, status_, type_, body_);
  std::string message = worker_ + " answered " + std::to_string(status_);
  if (!coding_.empty()) {
    message += " in the Content-Encoding " + coding_ + ", which cannot be read here";
  } else {
    message += " with " + (type_.empty() ? std::string("no type") : type_) +
               " where a stream was asked for";
    // Its text is worth more than the fact that it was not a stream.
    if (!body_.empty()) message += ": " + body_.substr(0, kQuotedMax);
  }
  return api::ErrorFrame(operation, {std::max(status_, 502), kCode, message, request_id});
}

}  // namespace banto
