// AnswerReader on any bytes, as a stream and as a whole answer. Spans must lie inside, a broken
// answer is never complete, and reading twice says the same. First byte: the operation; second:
// what the request asked for.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "proxy/api/answer_reader.h"
#include "proxy/api/error_shape.h"
#include "proxy/api/ollama/ollama.h"
#include "proxy/api/openai/openai.h"
#include "proxy/api/stream_reader.h"
#include "tests/unit/api/known_operations.h"

namespace {

namespace known = banto::api::known;
using banto::api::AnswerReader;
using banto::api::Completeness;
using banto::api::FrameKind;
using banto::api::FrameVerdict;
using banto::api::OperationInfo;
using banto::http::Frame;
using banto::http::FrameSplitter;
using banto::http::StreamFraming;

void Require(bool good) {
  if (!good) std::abort();
}

void CheckSpans(const FrameVerdict& verdict, std::string_view bytes) {
  Require(size_t{verdict.id_at} + verdict.id_size <= bytes.size());
  Require(size_t{verdict.created_at} + verdict.created_size <= bytes.size());
  for (const char c : bytes.substr(verdict.created_at, verdict.created_size)) {
    Require(c >= '0' && c <= '9');
  }
}

Completeness ReadStream(const banto::api::RequestExpectations& expectations,
                        std::string_view stream, size_t piece_bytes) {
  const bool lines = expectations.operation == known::kOllamaChat;
  FrameSplitter splitter(lines ? StreamFraming::kNdjson : StreamFraming::kSse);
  AnswerReader reader(expectations);
  Frame frame;
  bool failed = false;
  for (size_t at = 0; at < stream.size(); at += piece_bytes) {
    splitter.Feed(stream.substr(at, piece_bytes));
    while (splitter.Next(&frame) == FrameSplitter::Result::kFrame) {
      const FrameVerdict verdict = reader.OnFrame(frame);
      CheckSpans(verdict, frame.bytes);
      const bool error = verdict.kind == FrameKind::kError;
      failed = failed || error;
      Require(error == (verdict.error_status >= 400 && verdict.error_status <= 599));
    }
  }
  Require(reader.FinishStream(false) != Completeness::kComplete);
  if (failed) Require(reader.FinishStream(true) == Completeness::kUpstreamError);
  return reader.FinishStream(true);
}

// A token is known by the one before it: that must say what parsing says.
void CompareWithParsing(const banto::api::RequestExpectations& expectations,
                        std::string_view stream) {
  const bool lines = expectations.operation == known::kOllamaChat;
  const bool openai =
      expectations.operation == known::kChat || expectations.operation == known::kCompletions;
  if (!lines && !openai) return;
  const auto make = lines ? banto::api::ollama::ReadLines : banto::api::openai::ReadChunks;
  const auto quick = make(expectations, true), careful = make(expectations, false);
  banto::api::Usage quick_usage, careful_usage;
  FrameSplitter splitter(lines ? StreamFraming::kNdjson : StreamFraming::kSse);
  Frame frame;
  splitter.Feed(stream);
  while (splitter.Next(&frame) == FrameSplitter::Result::kFrame) {
    if (frame.data.empty()) continue;
    const FrameVerdict a = quick->OnFrame(frame, &quick_usage);
    const FrameVerdict b = careful->OnFrame(frame, &careful_usage);
    Require(a.kind == b.kind && a.error_status == b.error_status);
    Require(a.id_at == b.id_at && a.id_size == b.id_size);
    Require(a.created_at == b.created_at && a.created_size == b.created_size);
    Require(quick->finished() == careful->finished() && quick->failed() == careful->failed());
    Require(quick->Finish() == careful->Finish());
    Require(quick_usage.input_tokens == careful_usage.input_tokens &&
            quick_usage.output_tokens == careful_usage.output_tokens);
  }
}

void ReadWhole(const banto::api::RequestExpectations& expectations, const std::string& body) {
  AnswerReader reader(expectations);
  FrameVerdict spans;
  const Completeness verdict = reader.CheckWhole(200, "application/json", body, &spans);
  CheckSpans(spans, body);
  if (verdict != Completeness::kComplete || expectations.operation == known::kPlain) return;
  // What may be stored is JSON to others too. nlohmann also refuses lone surrogates and numbers
  // beyond a double, which our cursor lets pass: those are no answers of engines.
  if (body.find("\\u") != std::string::npos || body.find_first_of("eE") != std::string::npos)
    return;
  Require(nlohmann::json::accept(body));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  if (size < 3) return 0;
  static const OperationInfo* const kOperations[] = {
      known::kChat,       known::kCompletions, known::kEmbeddings,
      known::kOllamaChat, known::kOllamaEmbed, known::kMessages,
      known::kResponses,  known::kNative,      known::kPlain};
  banto::api::RequestExpectations expectations;
  expectations.operation = kOperations[bytes[0] % std::size(kOperations)];
  expectations.choices = bytes[1] & 3;
  expectations.limit_set = (bytes[1] & 4) != 0;
  expectations.usage_requested = (bytes[1] & 8) != 0;
  const std::string text(bytes + 2, bytes + size);

  const Completeness whole = ReadStream(expectations, text, text.size());
  Require(whole == ReadStream(expectations, text, 1 + (bytes[1] >> 4)));
  CompareWithParsing(expectations, text);
  ReadWhole(expectations, text);
  for (const banto::api::Dialect* dialect : banto::api::AllDialects()) {
    const auto normal = banto::api::NormaliseError(*dialect->errors, 500, "application/json", text);
    Require(!normal || nlohmann::json::accept(*normal));
  }
  return 0;
}
