// What a client connection needs from the thread on which it lives. Loop thread only; outlives its
// connections.
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
  // The current time in the format of Date (RFC 9110 §6.6.1); valid until the next call.
  virtual std::string_view HttpDateNow() = 0;
  // A request was answered with an error before it became an Exchange. `head`: nullptr if none
  // could be parsed.
  virtual void OnRefused(const std::string& id, const std::string& client,
                         const http::RequestHead* head, int status, const char* code) = 0;
  // The connection is finished: destroys it at the end of the turn.
  virtual void Remove(ClientConnection* connection) = 0;

 protected:
  ~ConnectionOwner() = default;
};

}  // namespace banto

#endif  // BANTO_PROXY_CLIENT_CONNECTION_OWNER_H_
