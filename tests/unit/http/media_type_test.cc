#include "proxy/http/media_type.h"

#include <gtest/gtest.h>

namespace banto::http {
namespace {

TEST(MediaType, ParametersAndCaseDoNotCount) {
  EXPECT_EQ(MediaTypeName(" Text/Html ; charset=utf-8"), "Text/Html");
  EXPECT_EQ(MediaTypeName(""), "");
  EXPECT_EQ(ReadMediaType("application/json"), MediaType::kJson);
  EXPECT_EQ(ReadMediaType("Application/JSON; charset=utf-8"), MediaType::kJson);
  EXPECT_EQ(ReadMediaType(" TEXT/EVENT-STREAM;charset=utf-8"), MediaType::kSse);
  EXPECT_EQ(ReadMediaType("text/html"), MediaType::kHtml);
  EXPECT_EQ(ReadMediaType("text/event-streams"), MediaType::kOther);
}

TEST(MediaType, MissingNameMeansNoType) {
  for (const char* nothing : {"", " ", ";charset=utf-8"})
    EXPECT_EQ(ReadMediaType(nothing), MediaType::kNone) << nothing;
}

TEST(MediaType, LinesOfJsonHaveManyNames) {
  for (const char* name : {"application/x-ndjson", "Application/NDJSON", "application/jsonl",
                           "application/stream+json"})
    EXPECT_EQ(ReadMediaType(name), MediaType::kNdjson) << name;
  EXPECT_EQ(ReadMediaType("application/x-ndjson2"), MediaType::kOther);
}

TEST(MediaType, StreamsAreLive) {
  for (const char* name : {"text/event-stream", "application/jsonl", "application/json-seq"})
    EXPECT_TRUE(IsLive(ReadMediaType(name))) << name;
  for (const char* name : {"", "application/json", "text/html", "text/plain"})
    EXPECT_FALSE(IsLive(ReadMediaType(name))) << name;
}

}  // namespace
}  // namespace banto::http
