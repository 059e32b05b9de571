#include "perf/trace/access_log_reader.h"

#include <algorithm>
#include <vector>

#include "perf/common/answer_text.h"
#include "perf/common/json_fields.h"
#include "perf/engine/text_chain.h"
#include "perf/trace/utc_time.h"

namespace banto::perf {
namespace {

constexpr int64_t kBytesPerToken = 4;

struct Line {
  double at_ms = -1;
  int64_t input_tokens = -1, output_tokens = -1, bytes_in = 0, frames = 0;
  uint64_t session = 0;
  std::vector<uint64_t> prefix;
  bool asked_a_worker = false, from_memory = false;
};

uint64_t HashOf(std::string_view text) {
  PromptHash hash;
  hash.Add(text);
  return hash.value() >> 1;  // apart from the numbers of unknown pieces
}

Line Read(std::string_view text) {
  Line line;
  for (JsonFields fields(text); fields.Next();) {
    const std::string_view key = fields.key(), value = fields.value();
    if (key == "ts") {
      ParseUtc(value, &line.at_ms);
    } else if (key == "input_tokens") {
      line.input_tokens = fields.number(-1);
    } else if (key == "output_tokens") {
      line.output_tokens = fields.number(-1);
    } else if (key == "bytes_in") {
      line.bytes_in = fields.number(0);
    } else if (key == "frames") {
      line.frames = fields.number(0);
    } else if (key == "session") {
      line.session = HashOf(value);
    } else if (key == "prefix") {
      line.prefix.push_back(HashOf(value));
    } else if (key == "worker") {
      line.asked_a_worker = true;
    } else if (key == "cache") {
      line.from_memory = value == "hit" || value == "stale" || value == "shared";
    }
  }
  return line;
}

}  // namespace

bool AccessLogReader::ReadLine(std::string_view text, Trace* trace) {
  Line line = Read(text);
  if (line.at_ms < 0) return false;
  if (!line.asked_a_worker || line.from_memory) {
    ++passed_over_;
    return true;
  }
  if (line.input_tokens < 0 || line.output_tokens < 0) ++without_tokens_;
  if (line.input_tokens < 0) line.input_tokens = line.bytes_in / kBytesPerToken;
  if (line.output_tokens < 0) line.output_tokens = line.frames;
  TracedRequest request;
  request.at_ms = line.at_ms;
  request.prompt_tokens = std::max<int64_t>(1, line.input_tokens);
  request.output_tokens = std::max<int64_t>(1, line.output_tokens);
  request.session = static_cast<int64_t>(line.session);
  request.pieces = std::move(line.prefix);
  if (request.pieces.empty() && line.session == 0) ++without_prefix_;
  if (request.pieces.empty() && line.session != 0) {
    uint64_t piece = line.session;
    for (int64_t at = 0; at < request.prompt_tokens; at += TracedRequest::kPieceTokens) {
      request.pieces.push_back(piece = NextInChain(piece, line.session) >> 1);
    }
  }
  trace->push_back(std::move(request));
  return true;
}

std::string AccessLogReader::Remarks() const {
  std::string all;
  const auto add = [&all](int64_t count, const char* what) {
    if (count == 0) return;
    all += (all.empty() ? "" : "; ") + std::to_string(count) + " " + what;
  };
  add(passed_over_, "reached no worker and were left out");
  add(without_tokens_, "without token counts, guessed from their bytes");
  add(without_prefix_, "without prefix or session: taken for prompts that have nothing in common");
  return all;
}

}  // namespace banto::perf
