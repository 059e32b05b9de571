#include "perf/trace/trace.h"

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <random>
#include <unordered_map>

#include "perf/common/json_fields.h"
#include "perf/engine/kv_memory.h"
#include "perf/engine/text_chain.h"
#include "perf/trace/access_log_reader.h"
#include "perf/trace/utc_time.h"

namespace banto::perf {
namespace {

// Numbers for pieces that nobody else has; those of logs are far below.
uint64_t FreshPiece() {
  static uint64_t next = uint64_t{1} << 63;
  return ++next;
}

void FillPieces(TracedRequest* request) {
  constexpr int64_t kPiece = TracedRequest::kPieceTokens;
  const auto wanted = static_cast<size_t>((request->prompt_tokens + kPiece - 1) / kPiece);
  while (request->pieces.size() < wanted) request->pieces.push_back(FreshPiece());
  request->pieces.resize(wanted);
}

void Shift(const TraceWishes& wishes, Trace* trace) {
  const auto earlier = [](const TracedRequest& a, const TracedRequest& b) {
    return a.at_ms < b.at_ms;
  };
  std::stable_sort(trace->begin(), trace->end(), earlier);
  SpreadTies(wishes.seed, trace);
  if (wishes.limit > 0 && trace->size() > static_cast<size_t>(wishes.limit)) {
    trace->resize(static_cast<size_t>(wishes.limit));
  }
  const double begin = trace->empty() ? 0 : trace->front().at_ms;
  for (TracedRequest& request : *trace) {
    request.at_ms = (request.at_ms - begin) / wishes.rate;
    FillPieces(&request);
  }
}

}  // namespace

bool ReadMooncakeLine(std::string_view line, Trace* trace) {
  TracedRequest request;
  bool has_length = false;
  for (JsonFields fields(line); fields.Next();) {
    const std::string_view key = fields.key();
    if (fields.is_string()) continue;
    const int64_t value = fields.number(0);
    if (key == "timestamp") {
      request.at_ms = static_cast<double>(value);
    } else if (key == "input_length") {
      request.prompt_tokens = std::max<int64_t>(1, value);
      has_length = true;
    } else if (key == "output_length") {
      request.output_tokens = std::max<int64_t>(1, value);
    } else if (key == "hash_ids") {
      request.pieces.push_back(static_cast<uint64_t>(value));
    } else if (key == "messages") {
      request.messages.push_back(value);
    } else if (key == "session") {
      request.session = value;
    } else if (key == "think_ms") {
      request.think_ms = static_cast<double>(value);
    }
  }
  if (has_length) trace->push_back(std::move(request));
  return has_length;
}

bool ReadAzureLine(std::string_view line, Trace* trace) {
  const size_t first = line.find(','), second = line.find(',', first + 1);
  TracedRequest request;
  if (second == std::string_view::npos || !ParseUtc(line.substr(0, first), &request.at_ms)) {
    return false;
  }
  const auto number = [](std::string_view text) {
    return std::max<int64_t>(1, std::strtoll(std::string(text).c_str(), nullptr, 10));
  };
  request.prompt_tokens = number(line.substr(first + 1, second - first - 1));
  request.output_tokens = number(line.substr(second + 1));
  trace->push_back(std::move(request));
  return true;
}

std::vector<size_t> FollowersOf(const Trace& trace) {
  std::vector<size_t> followers(trace.size());
  std::unordered_map<int64_t, size_t> last;
  for (size_t i = 0; i < trace.size(); ++i) {
    const TracedRequest& request = trace[i];
    if (request.session == 0) continue;
    const auto [before, is_first] = last.try_emplace(request.session, i);
    if (!is_first && request.think_ms >= 0) followers[before->second] = i;
    before->second = i;
  }
  return followers;
}

void SpreadTies(uint64_t seed, Trace* trace) {
  std::mt19937_64 random(seed);
  double gap = 0;
  for (size_t from = 0; from < trace->size();) {
    const double at = (*trace)[from].at_ms;
    size_t to = from;
    while (to < trace->size() && (*trace)[to].at_ms == at) ++to;
    if (to < trace->size()) gap = (*trace)[to].at_ms - at;
    if (to - from > 1) {
      std::vector<double> times(to - from);
      std::uniform_real_distribution<double> when(at, at + gap);
      for (double& time : times) time = when(random);
      std::sort(times.begin(), times.end());
      for (size_t i = from; i < to; ++i) (*trace)[i].at_ms = times[i - from];
    }
    from = to;
  }
}

std::vector<uint64_t> ChainOf(const TracedRequest& request) {
  constexpr int64_t kBlock = KvMemory::kBlockTokens;
  constexpr int64_t kPerPiece = TracedRequest::kPieceTokens / kBlock;
  std::vector<uint64_t> chain(static_cast<size_t>(request.prompt_tokens / kBlock));
  uint64_t last = 0;
  for (size_t i = 0; i < chain.size(); ++i) {
    const uint64_t piece = request.pieces[i / kPerPiece];
    last = NextInChain(last, piece * kPerPiece + i % kPerPiece);
    chain[i] = last;
  }
  return chain;
}

Trace ReadTrace(const std::string& path, const TraceWishes& wishes, std::string* error,
                std::string* remarks) {
  Trace trace;
  std::ifstream file(path);
  if (!file) {
    *error = path + ": cannot be read";
    return trace;
  }
  AccessLogReader log;
  size_t number = 0;
  for (std::string line; std::getline(file, line);) {
    ++number;
    if (line.empty() || (number == 1 && line.starts_with("TIMESTAMP,"))) continue;
    const bool read = !line.starts_with('{')                      ? ReadAzureLine(line, &trace)
                      : line.find("\"ts\":") != std::string::npos ? log.ReadLine(line, &trace)
                                                                  : ReadMooncakeLine(line, &trace);
    if (read) continue;
    *error = path + ":" + std::to_string(number) + ": not a request of a known log";
    return {};
  }
  *remarks = log.Remarks();
  if (trace.empty()) *error = path + ": no requests";
  Shift(wishes, &trace);
  return trace;
}

}  // namespace banto::perf
