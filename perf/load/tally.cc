#include "perf/load/tally.h"

#include <cstdio>

namespace banto::perf {
namespace {

std::string Number(double value) {
  char text[32];
  std::snprintf(text, sizeof(text), "%.3f", value);
  return text;
}

std::string Counts(const std::map<std::string, uint64_t>& counts) {
  std::string text;
  for (const auto& [name, count] : counts) {
    text += (text.empty() ? "{\"" : ",\"") + name + "\":" + std::to_string(count);
  }
  return text.empty() ? "{}" : text + "}";
}

std::string Times(const Histogram& times) {
  if (times.count() == 0) return "null";
  return "{\"mean\":" + Number(times.mean_ms()) + ",\"p50\":" + Number(times.QuantileMs(0.5)) +
         ",\"p90\":" + Number(times.QuantileMs(0.9)) +
         ",\"p99\":" + Number(times.QuantileMs(0.99)) + ",\"max\":" + Number(times.max_ms()) +
         ",\"count\":" + std::to_string(times.count()) + "}";
}

}  // namespace

void Tally::Count(Outcome outcome, const std::string& error) {
  switch (outcome) {
    case Outcome::kOk:
      ++ok;
      break;
    case Outcome::kWrong:
      ++wrong;
      break;
    case Outcome::kTruncated:
      ++truncated;
      break;
    case Outcome::kAborted:
      ++aborted;
      break;
    case Outcome::kError:
      ++failed;
      ++errors[error];
      break;
  }
}

std::string Report(const Tally& tally, double elapsed_s) {
  const auto rate = [elapsed_s](uint64_t count) {
    return Number(static_cast<double>(count) / elapsed_s);
  };
  return "{\"elapsed_s\":" + Number(elapsed_s) + ",\"requests\":" + std::to_string(tally.total()) +
         ",\"ok\":" + std::to_string(tally.ok) + ",\"wrong\":" + std::to_string(tally.wrong) +
         ",\"truncated\":" + std::to_string(tally.truncated) +
         ",\"aborted\":" + std::to_string(tally.aborted) +
         ",\"drawn\":" + std::to_string(tally.drawn) +
         ",\"retried\":" + std::to_string(tally.retried) + ",\"errors\":" + Counts(tally.errors) +
         ",\"cache\":" + Counts(tally.cache) + ",\"requests_per_s\":" + rate(tally.total()) +
         ",\"tokens\":" + std::to_string(tally.tokens) + ",\"tokens_per_s\":" + rate(tally.tokens) +
         ",\"first_token_ms\":" + Times(tally.first_token) +
         ",\"between_tokens_ms\":" + Times(tally.between_tokens) +
         ",\"whole_ms\":" + Times(tally.whole) + "}";
}

}  // namespace banto::perf
