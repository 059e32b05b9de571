#include "proxy/request.h"

#include <vector>

#include "proxy/net/recycled.h"

namespace banto {
namespace {

// What a thread keeps: as many as one turn may serve, none with more room than this.
constexpr size_t kSparesMax = 128;
constexpr size_t kSpareBytesMax = 4 * 1024;

struct Spares {
  Spares() { requests.reserve(kSparesMax); }
  std::vector<std::unique_ptr<Request>> requests;
};

Spares& ThreadSpares() {
  thread_local Spares spares;
  return spares;
}

bool WorthKeeping(const Request& request) {
  return request.body.capacity() + request.head.bytes().capacity() <= kSpareBytesMax;
}

void Recycle(Request* raw) {
  std::unique_ptr<Request> request(raw);
  std::vector<std::unique_ptr<Request>>& spares = ThreadSpares().requests;
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

void DropSpareRequests() { ThreadSpares().requests.clear(); }

std::shared_ptr<Request> NewRequest() {
  std::vector<std::unique_ptr<Request>>& spares = ThreadSpares().requests;
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
