// Reads a whole answer that passes by for its usage, however long it is. Owned by its Relay; loop
// thread only.
#ifndef BANTO_PROXY_FETCH_USAGE_TALLY_H_
#define BANTO_PROXY_FETCH_USAGE_TALLY_H_

#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "proxy/api/answer_reader.h"
#include "proxy/fetch/collected.h"
#include "proxy/json/json_outline.h"

namespace banto {

class UsageTally {
 public:
  UsageTally(BufferedBytes::Budget* budget, const api::RequestExpectations& expectations)
      : budget_(budget), expectations_(expectations) {}

  // `end`: it is whole, and read by nobody else. Then `*reader` has read it.
  void Take(std::span<const std::string_view> pieces, bool end,
            std::unique_ptr<api::AnswerReader>* reader);

 private:
  void Outline();

  BufferedBytes::Budget* const budget_;
  const api::RequestExpectations expectations_;
  Collected copy_;
  std::optional<json::JsonOutline> outline_;  // in place of a copy that is too long
};

}  // namespace banto

#endif  // BANTO_PROXY_FETCH_USAGE_TALLY_H_
