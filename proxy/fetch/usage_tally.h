// Reads a whole answer that passes by for its usage. Owned by its Relay; loop thread only.
#ifndef BANTO_PROXY_FETCH_USAGE_TALLY_H_
#define BANTO_PROXY_FETCH_USAGE_TALLY_H_

#include <memory>
#include <span>
#include <string_view>

#include "proxy/api/answer_reader.h"
#include "proxy/fetch/collected.h"

namespace banto {

class UsageTally {
 public:
  UsageTally(BufferedBytes::Budget* budget, const api::RequestExpectations& expectations)
      : budget_(budget), expectations_(expectations) {}

  // At its end `*reader` has read it, unless it was too long to keep.
  void Take(std::span<const std::string_view> pieces, bool end,
            std::unique_ptr<api::AnswerReader>* reader) {
    if (!keeps_) return;
    keeps_ = copy_.Add(pieces, budget_) && !copy_.too_long();
    if (keeps_ && end) {
      *reader = std::make_unique<api::AnswerReader>(expectations_);
      (*reader)->CheckWhole(200, "application/json", copy_.text(), nullptr);
    }
    if (!keeps_ || end) copy_.Take();
  }

 private:
  BufferedBytes::Budget* const budget_;
  const api::RequestExpectations expectations_;
  Collected copy_;
  bool keeps_ = true;
};

}  // namespace banto

#endif  // BANTO_PROXY_FETCH_USAGE_TALLY_H_
