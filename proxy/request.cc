#include "proxy/request.h"

#include <vector>

#include "proxy/net/recycled.h"

namespace banto {
namespace {

constexpr size_t kSpareBytesMax = 4 * 1024;  // none is kept with more room than this

struct Requests final : net::Spares {
  Requests() { requests.reserve(net::kSparesMax); }
  void Drop() override { requests.clear(); }
  std::vector<std::unique_ptr<Request>> requests;
};

std::vector<std::unique_ptr<Request>>& ThreadSpares() {
  thread_local Requests spares;
  return spares.requests;
}

bool WorthKeeping(const Request& request) {
  return request.body.capacity() + request.head.bytes().capacity() <= kSpareBytesMax;
}

void Recycle(Request* raw) {
  std::unique_ptr<Request> request(raw);
  std::vector<std::unique_ptr<Request>>& spares = ThreadSpares();
  if (spares.size() == spares.capacity() || !WorthKeeping(*request)) return;
  request->body.clear();
  request->buffered = BufferedBytes();
  request->client_ip.clear();
  request->id.clear();
  request->body_decoded = false;
  request->head_at_us = request->whole_at_us = 0;
  spares.push_back(std::move(request));
}

}  // namespace

std::shared_ptr<Request> NewRequest() {
  std::vector<std::unique_ptr<Request>>& spares = ThreadSpares();
  std::unique_ptr<Request> request;
  if (spares.empty()) {
    request = std::make_unique<Request>();
  } else {
    request = std::move(spares.back());
    spares.pop_back();
  }
  return {request.release(), Recycle, net::RecycledAllocator<Request>()};
}

}  // namespace banto
