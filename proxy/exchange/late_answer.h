// A whole answer, mostly an error, that comes when its client has our head already (commit_after):
// it is collected and told as one event of the client's API, in the worker's own words. Owned by
// an Exchange; loop thread only.
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

  // False: it has become longer than anybody explains himself; the rest need not be waited for.
  bool Add(std::span<const std::string_view> pieces);
  // `request_id`: for the errors that are ours.
  std::string Event(const api::OperationInfo& operation, std::string_view request_id) const;
  int status() const { return status_; }

 private:
  int status_;
  std::string worker_;
  std::string type_;
  std::string coding_;  // one that nobody takes off here
  std::string body_;
};

}  // namespace banto

#endif  // BANTO_PROXY_EXCHANGE_LATE_ANSWER_H_
