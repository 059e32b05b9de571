#include "proxy/ops/event_log.h"

#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <atomic>
#include <memory>

#include "proxy/json/json_scan.h"

namespace banto::ops {
namespace {

using Format = conf::Log::Format;
using Level = conf::Log::Level;

constexpr size_t kLevels = 4;

std::atomic<uint64_t> logged[kLevels];
std::atomic<Format> event_format{Format::kJson};

spdlog::level::level_enum SpdlogLevel(Level level) {
  switch (level) {
    case Level::kDebug:
      return spdlog::level::debug;
    case Level::kInfo:
      return spdlog::level::info;
    case Level::kWarn:
      return spdlog::level::warn;
    case Level::kError:
      return spdlog::level::err;
  }
  return spdlog::level::info;
}

const char* LevelName(Level level) {
  switch (level) {
    case Level::kDebug:
      return "debug";
    case Level::kInfo:
      return "info";
    case Level::kWarn:
      return "warn";
    case Level::kError:
      return "error";
  }
  return "info";
}

spdlog::logger& Logger() {
  static const std::shared_ptr<spdlog::logger> logger = [] {
    auto sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
    auto made = std::make_shared<spdlog::logger>("banto", std::move(sink));
    made->flush_on(spdlog::level::trace);
    return made;
  }();
  return *logger;
}

// For people: a multi-line error (of a configuration) keeps its lines, indented so that foreign
// text cannot pass for an event of its own; other control characters become '?'.
std::string Printable(const std::string& message) {
  std::string out;
  for (char c : message) {
    if (c == '\n') {
      out += "\n    ";
    } else {
      out += static_cast<unsigned char>(c) < 0x20 || c == 0x7F ? '?' : c;
    }
  }
  return out;
}

}  // namespace

void ConfigureEventLog(const conf::Log& settings) {
  event_format.store(settings.format, std::memory_order_relaxed);
  spdlog::logger& logger = Logger();
  logger.set_level(SpdlogLevel(settings.level));
  // spdlog does not escape: the message is already JSON when it gets there.
  const char* pattern = settings.format == Format::kJson ? R"({"ts":"%Y-%m-%dT%H:%M:%S.%eZ",%v})"
                                                         : "%Y-%m-%dT%H:%M:%S.%eZ %v";
  logger.set_formatter(
      std::make_unique<spdlog::pattern_formatter>(pattern, spdlog::pattern_time_type::utc));
}

void LogEvent(Level level, const std::string& message) {
  logged[static_cast<size_t>(level)].fetch_add(1, std::memory_order_relaxed);
  spdlog::logger& logger = Logger();
  if (!logger.should_log(SpdlogLevel(level))) return;
  std::string line;
  if (event_format.load(std::memory_order_relaxed) == Format::kJson) {
    line.append("\"level\":\"").append(LevelName(level)).append("\",\"msg\":");
    json::AppendJsonString(message, &line);
  } else {
    line.append(LevelName(level)).append(": ").append(Printable(message));
  }
  logger.log(SpdlogLevel(level), spdlog::string_view_t(line.data(), line.size()));
}

uint64_t LoggedEvents(Level level) {
  return logged[static_cast<size_t>(level)].load(std::memory_order_relaxed);
}

}  // namespace banto::ops
