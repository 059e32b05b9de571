// An unstreamed answer, usually an error, that arrives when its client already has our head
// (commit_after): it is collected and sent as one event of the client's API, with the worker's own
// text. Owned by an Exchange; loop thread only.
#ifndef BANTO_PROXY_EXCHANGE_LATE_ANSWER_H_
#define BANTO_PROXY_EXCHANGE_LATE_ANSWER_H_

#include <span>
#include <string>
#include <string_view>

#include "proxy/api/operation.h"
#include "proxy/fetch/fetch_reader.h"

namespace banto {

class LateAnswer {
 public:
  explicit LateAnswer(FetchHead head);

  // False: longer than any explanation; the rest need not be awaited.
  bool Add(std::span<const std::string_view> pieces);
  // `request_id`: for errors of our own.
  std::string Event(const api::OperationInfo& operation, std::string_view request_id) const;
  int status() const { return status_; }

 private:
  int status_;
  std::string worker_;
  std::string type_;
  std::string coding_;  // one that we do not decode
  std::string body_;
};

}  // namespace banto

#endif  // BANTO_PROXY_EXCHANGE_LATE_ANSWER_H_
