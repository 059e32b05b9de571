#include "proxy/api/plain/plain.h"

namespace banto::api::plain {
namespace {

class AnyFrames : public StreamReader {
 public:
  FrameVerdict OnFrame(const http::Frame&, Usage*) override { return {}; }
  Completeness Finish() const override { return Completeness::kNotCacheable; }
  bool failed() const override { return false; }
  bool finished() const override { return true; }
};

std::unique_ptr<StreamReader> ReadStream(const RequestExpectations&) {
  return std::make_unique<AnyFrames>();
}

std::string Body(const ApiError& error) {
  std::string text(error.message);
  if (!error.request_id.empty()) text.append("\nrequest id: ").append(error.request_id);
  return text.append("\n");
}

constexpr ErrorShape kErrors = {.content_type = "text/plain; charset=utf-8", .body = Body};

}  // namespace

constinit const Dialect kDialect = {
    .name = "plain",
    .opaque = true,
    .read_stream = ReadStream,
    .errors = &kErrors,
};

}  // namespace banto::api::plain
