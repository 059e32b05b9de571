#include "proxy/ops/label_values.h"

#include <gtest/gtest.h>

#include <deque>
#include <string>

namespace banto::ops {
namespace {

TEST(LabelValues, LiteralHasTheIdOfItsText) {
  LabelValues values;
  const std::string elsewhere = "hit";
  EXPECT_EQ(values.IdOfLiteral("hit"), values.Id("hit"));
  EXPECT_EQ(values.IdOfLiteral(elsewhere.c_str()), values.Id("hit"));
  EXPECT_EQ(values.IdOfLiteral(""), LabelValues::kEmpty);
}

// More addresses than the table has places: some are found, some are looked up, none is confused.
TEST(LabelValues, LiteralsWithoutAPlaceKeepTheirIds) {
  LabelValues values;
  std::deque<std::string> texts;
  for (int i = 0; i < 2000; ++i) texts.push_back("literal " + std::to_string(i));
  for (int round = 0; round < 2; ++round) {
    for (const std::string& text : texts) {
      const uint32_t id = values.IdOfLiteral(text.c_str());
      EXPECT_EQ(id, values.Id(text));
      EXPECT_EQ(*values.Text(id), text);
    }
  }
}

}  // namespace
}  // namespace banto::ops
