#include "proxy/http/message.h"

#include <gtest/gtest.h>

namespace banto::http {
namespace {

TEST(EqualsNoCase, OnlyAsciiLettersHaveACase) {
  EXPECT_TRUE(EqualsNoCase("Content-Length", "cONTENT-lENGTH"));
  EXPECT_TRUE(EqualsNoCase("", ""));
  EXPECT_FALSE(EqualsNoCase("a", "ab"));
  EXPECT_FALSE(EqualsNoCase("@", "`"));
  EXPECT_FALSE(EqualsNoCase("[", "{"));
  EXPECT_FALSE(EqualsNoCase("\xc3\x89", "\xc3\xa9"));
}

TEST(ListHasToken, SpacesCaseAndEmptyElementsDoNotMatter) {
  EXPECT_TRUE(ListHasToken("close", "Close"));
  EXPECT_TRUE(ListHasToken(" ,, a ,\tB\t, ", "b"));
  EXPECT_FALSE(ListHasToken("closed, unclose", "close"));
  EXPECT_FALSE(ListHasToken("", "close"));
  EXPECT_FALSE(ListHasToken("a b", "b"));
}

TEST(ListHasToken, ParametersAreNotPartOfTheToken) {
  EXPECT_TRUE(ListHasToken("gzip;q=0.5, trailers ; x", "trailers"));
  EXPECT_FALSE(ListHasToken("a;b", "b"));
}

TEST(ListHasToken, CommasInsideQuotesDoNotSeparate) {
  EXPECT_FALSE(ListHasToken("private=\"a, no-store, b\"", "no-store"));
  EXPECT_FALSE(ListHasToken("private=\"\\\", no-store", "no-store"));
  EXPECT_TRUE(ListHasToken("private=\"a, b\", no-store", "no-store"));
}

}  // namespace
}  // namespace banto::http
