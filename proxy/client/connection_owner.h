// Who keeps client connections: what a connection asks of the thread on which it lives. Loop thread
// only; outlives its connections.
#ifndef BANTO_PROXY_CLIENT_CONNECTION_OWNER_H_
#define BANTO_PROXY_CLIENT_CONNECTION_OWNER_H_

#include <string>
#include <string_view>

#include "proxy/client/request_queue.h"
#include "proxy/client/request_reader.h"

namespace banto {

class ClientConnection;

class ConnectionOwner {
 public:
  virtual const ReadLimits& read_limits() const = 0;
  virtual RequestQueue* requests() = 0;
  // Now, as the Date field has it (RFC 9110 §6.6.1); good until the next call.
  virtual std::string_view HttpDateNow() = 0;
  // A request that became no Exchange was answered with an error. `head`: nullptr where none could
  // be read.
  virtual void OnRefused(const std::string& id, const std::string& client,
                         const http::RequestHead* head, int status, const char* code) = 0;
  // The connection is over: it is destroyed at the end of the turn.
  virtual void Remove(ClientConnection* connection) = 0;

 protected:
  ~ConnectionOwner() = default;
};

}  // namespace banto

#endif  // BANTO_PROXY_CLIENT_CONNECTION_OWNER_H_
