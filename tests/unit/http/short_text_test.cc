#include "proxy/http/short_text.h"

#include <gtest/gtest.h>

#include "proxy/json/utf8.h"

namespace banto::http {
namespace {

TEST(ShortText, ShortTextIsUnchanged) {
  EXPECT_EQ(Shortened(""), "");
  EXPECT_EQ(Shortened("llama-3.1-70b"), "llama-3.1-70b");
  const std::string whole(kNameBytesMax, 'm');
  EXPECT_EQ(Shortened(whole), whole);
}

TEST(ShortText, LongTextEndsInAnEllipsisWithinTheLimit) {
  const std::string cut = Shortened(std::string(1 << 20, 'm'));
  EXPECT_EQ(cut, std::string(kNameBytesMax - 3, 'm') + "…");
}

TEST(ShortText, ACharacterIsNeverCutInTwo) {
  for (const char* letter : {"é", "日", "𝄞"}) {
    for (size_t before = 0; before < 4; ++before) {
      std::string text(before, 'x');
      while (text.size() < 300) text += letter;
      const std::string cut = Shortened(text);
      EXPECT_TRUE(json::IsUtf8(cut)) << letter << " after " << before;
      EXPECT_LE(cut.size(), kNameBytesMax);
      EXPECT_GT(cut.size(), kNameBytesMax - 7);
    }
  }
}

TEST(ShortText, InvalidUtf8IsCutToo) {
  EXPECT_LE(Shortened(std::string(500, '\x80')).size(), kNameBytesMax);
}

}  // namespace
}  // namespace banto::http
