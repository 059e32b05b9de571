// What an Attempt sends: method, target, fields and body, and for whom. The client's request as
// received, or rewritten. Views; their owner must keep them as long as the Attempt lives.
#ifndef BANTO_PROXY_FETCH_UPSTREAM_CALL_H_
#define BANTO_PROXY_FETCH_UPSTREAM_CALL_H_

#include <cstdint>
#include <string_view>

#include "proxy/api/answer_reader.h"
#include "proxy/http/message.h"
#include "proxy/question/question.h"

namespace banto {

// What is done to the client's request before a worker gets it.
enum class Rewrite : uint8_t {
  kNone,       // it goes out as received
  kWithUsage,  // it also asks for usage, which this client does not get
  kAsStream,   // it asks for a stream, although the client wants a whole
  kOtherApi,   // it is translated into an API that the worker speaks
};

struct UpstreamCall {
  const http::RequestHead* head = nullptr;  // method, target, fields
  std::string_view body;
  std::string_view id;          // X-Request-Id
  std::string_view client_ip;   // for whom it is forwarded
  std::string_view peer_ip;     // … and through whom
  bool peer_trusted = false;    // keep the peer's forwarding fields
  bool body_decoded = false;    // the body no longer has the head's Content-Encoding
  bool identity_asked = false;  // the answer is parsed: ask the worker not to use codings
  // What the worker is asked, and what a complete answer to that must have.
  const api::OperationInfo* operation = nullptr;
  api::RequestExpectations expectations;
  Rewrite rewrite = Rewrite::kNone;
};

// The client's request as received. `parsed`: its answer will be.
inline UpstreamCall CallOf(const Question& question, bool parsed) {
  const Request& request = *question.request;
  UpstreamCall call;
  call.head = &request.head;
  call.body = question.body();
  call.id = question.worker_id.empty() ? request.id : question.worker_id;
  call.client_ip = request.client_ip;
  call.peer_ip = request.peer_ip;
  call.peer_trusted = request.peer_trusted;
  call.body_decoded = request.body_decoded;
  call.identity_asked = parsed;
  call.operation = question.operation;
  call.expectations = question.asked.expectations;
  return call;
}

}  // namespace banto

#endif  // BANTO_PROXY_FETCH_UPSTREAM_CALL_H_
