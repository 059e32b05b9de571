#include "proxy/ops/event_log.h"

#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <atomic>
#include <memory>

#include "proxy/http/json_scan.h"

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

spdlog::logger& Logger() {
  static const std::shared_ptr<spdlog::logger> logger = [] {
    auto sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
    auto made = std::make_shared<spdlog::logger>("banto", std::move(sink));
    made->flush_on(spdlog::level::trace);
    return made;
  }();
  return *logger;
}

// One line may become several in text for people, but never two records in JSON; control
// characters other than the line feed would let a worker's words forge lines.
std::string Printable(const std::string& message) {
  std::string out = message;
  for (char& c : out) {
    if (static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t') c = '?';
  }
  return out;
}

}  // namespace

void ConfigureEventLog(const conf::Log& settings) {
  event_format.store(settings.format, std::memory_order_relaxed);
  spdlog::logger& logger = Logger();
  logger.set_level(SpdlogLevel(settings.level));
  // spdlog does not escape: the message is a finished JSON string when it gets there.
  logger.set_formatter(std::make_unique<spdlog::pattern_formatter>(
      settings.format == Format::kJson ? R"({"ts":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l","msg":%v})"
                                       : "%Y-%m-%dT%H:%M:%S.%eZ %-7l %v",
      settings.format == Format::kJson ? spdlog::pattern_time_type::utc
                                       : spdlog::pattern_time_type::utc));
}

void LogEvent(Level level, const std::string& message) {
  logged[static_cast<size_t>(level)].fetch_add(1, std::memory_order_relaxed);
  spdlog::logger& logger = Logger();
  if (!logger.should_log(SpdlogLevel(level))) return;
  if (event_format.load(std::memory_order_relaxed) == Format::kJson) {
    std::string escaped;
    http::AppendJsonString(message, &escaped);
    logger.log(SpdlogLevel(level), spdlog::string_view_t(escaped.data(), escaped.size()));
  } else {
    const std::string text = Printable(message);
    logger.log(SpdlogLevel(level), spdlog::string_view_t(text.data(), text.size()));
  }
}

uint64_t LoggedEvents(Level level) {
  return logged[static_cast<size_t>(level)].load(std::memory_order_relaxed);
}

}  // namespace banto::ops
