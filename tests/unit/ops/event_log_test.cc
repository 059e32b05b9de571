#include "proxy/ops/event_log.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

namespace banto::ops {
namespace {

using Level = conf::Log::Level;

// What LogEvent writes to stderr under the given settings.
std::string Logged(Level least, conf::Log::Format format, Level level, const std::string& message) {
  conf::Log settings;
  settings.level = least;
  settings.format = format;
  ConfigureEventLog(settings);
  testing::internal::CaptureStderr();
  LogEvent(level, message);
  return testing::internal::GetCapturedStderr();
}

TEST(EventLog, JsonLineIsOneObject) {
  const std::string message = "worker \"gpu1\" down:\nC:\\x\x01 caf\xE9";
  const std::string line = Logged(Level::kInfo, conf::Log::Format::kJson, Level::kWarn, message);
  ASSERT_EQ(line.find('\n'), line.size() - 1) << line;
  const nlohmann::json event = nlohmann::json::parse(line);
  EXPECT_EQ(event["level"], "warn");
  EXPECT_EQ(event["msg"], "worker \"gpu1\" down:\nC:\\x\x01 caf\xEF\xBF\xBD");
  EXPECT_EQ(event["ts"].get<std::string>().size(), std::string("2026-01-02T03:04:05.678Z").size());
}

TEST(EventLog, TextLineCannotBeForged) {
  const std::string line = Logged(Level::kInfo, conf::Log::Format::kText, Level::kError,
                                  "reload failed\n2026-01-01T00:00:00.000Z info: fine\x1B[2J");
  EXPECT_NE(line.find("Z error: reload failed\n    2026-01-01"), std::string::npos) << line;
  EXPECT_EQ(line.find('\x1B'), std::string::npos);
}

TEST(EventLog, BelowTheLevelIsCountedButNotWritten) {
  const uint64_t before = LoggedEvents(Level::kDebug);
  EXPECT_EQ(Logged(Level::kInfo, conf::Log::Format::kJson, Level::kDebug, "x"), "");
  EXPECT_EQ(LoggedEvents(Level::kDebug), before + 1);
}

}  // namespace
}  // namespace banto::ops
