// Every recorded answer of an API with a packager, told in the other packaging and back.
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "capture.h"
#include "packaging_kit.h"
#include "proxy/api/operation.h"
#include "unlike_frames.h"

namespace banto::api {
namespace {

template <typename F>
void EachCapture(F&& f) {
  const std::string root = std::string(BANTO_SOURCE_DIR) + "/tests/captures";
  for (const auto& file : std::filesystem::recursive_directory_iterator(root)) {
    if (!file.is_regular_file()) continue;
    const std::string name = std::filesystem::relative(file.path(), root).string();
    const Capture capture = LoadCapture(name);
    const OperationInfo* const info = FindOperation(capture.method, capture.path);
    if (capture.status != 200 || info->packager == nullptr) continue;
    SCOPED_TRACE(name);
    f(capture, *info);
  }
}

bool IsStream(const Capture& capture) { return capture.content_type != "application/json"; }

TEST(PackagingOfCaptures, AWholeComesBackFromItsStream) {
  int count = 0;
  EachCapture([&](const Capture& capture, const OperationInfo& info) {
    if (IsStream(capture) || info.packager->stream == nullptr) return;
    const auto stream = info.packager->stream(capture.body);
    ASSERT_TRUE(stream);
    EXPECT_EQ(Meaning(Told(info.packager->whole(*stream))), Meaning(capture.body));
    ++count;
  });
  EXPECT_GT(count, 30);
}

TEST(PackagingOfCaptures, AStreamsWholeIsStable) {
  int count = 0;
  EachCapture([&](const Capture& capture, const OperationInfo& info) {
    if (!IsStream(capture)) return;
    const auto whole = info.packager->whole(Recorded(capture.body, info.framing));
    if (!whole) {
      EXPECT_EQ(capture.request_body.find("include_usage"), std::string::npos);
      return;
    }
    const auto stream = info.packager->stream(*whole);
    ASSERT_TRUE(stream);
    EXPECT_EQ(Meaning(Told(info.packager->whole(*stream))), Meaning(*whole));
    ++count;
  });
  EXPECT_GT(count, 7);
}

TEST(PackagingOfCaptures, AWholeIsTheSameWhereEachFrameIsParsed) {
  int count = 0;
  EachCapture([&](const Capture& capture, const OperationInfo& info) {
    if (!IsStream(capture)) return;
    EXPECT_EQ(Told(info.packager->whole(Recorded(capture.body, info.framing))),
              Told(info.packager->whole(UnlikeFrames(capture.body, info.framing))));
    ++count;
  });
  EXPECT_GT(count, 10);
}

}  // namespace
}  // namespace banto::api
