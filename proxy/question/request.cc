#include "proxy/question/request.h"

#include <utility>

#include "proxy/net/recycled.h"
#include "proxy/net/spare_list.h"

namespace banto {
namespace {

net::SpareList<std::unique_ptr<Request>>& ThreadSpares() {
  thread_local net::SpareList<std::unique_ptr<Request>> spares;
  return spares;
}

bool WorthKeeping(const Request& request) {
  const size_t more = request.spare_head ? request.spare_head->bytes().capacity() : 0;
  return request.body.capacity() + request.head.bytes().capacity() + more <= net::kSpareBytesMax;
}

// The head is kept as it came: the next request may have the same one (http/same_head.h).
void Recycle(Request* raw) {
  std::unique_ptr<Request> request(raw);
  if (request->head_with_key) {
    std::swap(request->head, *request->head_with_key);
    request->spare_head = std::move(request->head_with_key);
  }
  if (!WorthKeeping(*request)) return;
  request->body.clear();
  request->buffered = BufferedBytes();
  request->peer_ip.clear();
  request->client_ip = {};
  request->id.clear();
  request->body_decoded = false;
  request->head_at_us = request->whole_at_us = 0;
  ThreadSpares().Leave(std::move(request));
}

}  // namespace

std::shared_ptr<Request> NewRequest() {
  std::unique_ptr<Request> request = ThreadSpares().Take();
  if (!request) request = std::make_unique<Request>();
  return {request.release(), Recycle, net::RecycledAllocator<Request>()};
}

}  // namespace banto
