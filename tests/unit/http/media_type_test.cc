#include "proxy/http/media_type.h"

#include <gtest/gtest.h>

namespace banto::http {
namespace {

TEST(MediaType, ParametersAndCaseDoNotCount) {
  EXPECT_EQ(MediaTypeOf(" Text/Html ; charset=utf-8"), "Text/Html");
  EXPECT_EQ(MediaTypeOf(""), "");
  EXPECT_TRUE(IsJsonType("Application/JSON"));
  EXPECT_TRUE(IsSseType(MediaTypeOf("TEXT/EVENT-STREAM;charset=utf-8")));
  EXPECT_FALSE(IsSseType("text/event-streams"));
}

TEST(MediaType, LinesOfJsonHaveManyNames) {
  for (const char* name : {"application/x-ndjson", "Application/NDJSON", "application/jsonl",
                           "application/stream+json"})
    EXPECT_TRUE(IsNdjsonType(name)) << name;
  for (const char* name : {"", "application/json", "application/x-ndjson2"})
    EXPECT_FALSE(IsNdjsonType(name)) << name;
}

}  // namespace
}  // namespace banto::http
