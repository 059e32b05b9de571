#include "proxy/fetch/usage_tally.h"

namespace banto {

void UsageTally::Take(std::span<const std::string_view> pieces, bool end,
                      std::unique_ptr<api::AnswerReader>* reader) {
  if (outline_) {
    for (const std::string_view piece : pieces) outline_->Take(piece);
  } else if (!copy_.Add(pieces, budget_) || copy_.too_long()) {
    Outline();
  }
  if (!end) return;
  *reader = std::make_unique<api::AnswerReader>(expectations_);
  (*reader)->CheckWhole(200, "application/json", outline_ ? outline_->text() : copy_.text(),
                        nullptr);
}

// From here on only what is short of it is kept. (What could not be counted was added, too.)
void UsageTally::Outline() {
  outline_.emplace();
  outline_->Take(copy_.text());
  copy_.Take();
}

}  // namespace banto
