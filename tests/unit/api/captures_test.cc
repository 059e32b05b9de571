// Every recorded answer of an inference path, read by splitter and reader together, at every way to
// cut it. A new recording must be given a row here.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "capture.h"
#include "proxy/api/answer_reader.h"
#include "proxy/api/request_facts.h"

namespace banto::api {
namespace {

struct Row {
  const char* name;
  const char* verdict;
  // A letter a frame: (a)dmission, (t)oken, (f)inish, (T)erminal, (e)rror; empty for a whole
  // answer.
  const char* kinds;
  int64_t input_tokens, output_tokens;
};

constexpr Row kRows[] = {
    {"llama-embeddings/chat.txt", "complete", "", 29, 12},
    {"llama-embeddings/embeddings-base64.txt", "upstream_error", "", -1, -1},
    {"llama-embeddings/embeddings.txt", "upstream_error", "", -1, -1},
    {"llama/chat-context-overflow-stream.txt", "upstream_error", "", -1, -1},
    {"llama/chat-context-overflow.txt", "upstream_error", "", -1, -1},
    {"llama/chat-empty-body.txt", "upstream_error", "", -1, -1},
    {"llama/chat-empty-messages.txt", "complete", "", 9, 12},
    {"llama/chat-logprobs-stream.txt", "complete", "atttfT", -1, -1},
    {"llama/chat-malformed-json.txt", "upstream_error", "", -1, -1},
    {"llama/chat-max-tokens-huge.txt", "complete", "", 29, 5},
    {"llama/chat-max-tokens-zero.txt", "length_limit", "", 29, 1},
    {"llama/chat-n2.txt", "complete", "", 29, 4},
    {"llama/chat-no-messages.txt", "upstream_error", "", -1, -1},
    {"llama/chat-no-model.txt", "complete", "", 29, 12},
    {"llama/chat-response-format-json.txt", "complete", "", 29, 24},
    {"llama/chat-stream-continuous-usage.txt", "complete", "attttttttttttffT", 29, 12},
    {"llama/chat-stream-n2.txt", "complete", "atattttttftfT", -1, -1},
    {"llama/chat-stream-options-without-stream.txt", "complete", "", 29, 12},
    {"llama/chat-stream-usage.txt", "complete", "attttttttttttffT", 29, 12},
    {"llama/chat-stream.txt", "complete", "attttttttttttfT", -1, -1},
    {"llama/chat-tools-required-stream.txt", "complete", "attttttttttttttttttttttttfT", -1, -1},
    {"llama/chat-tools.txt", "complete", "", 29, 12},
    {"llama/chat-unknown-field.txt", "complete", "", 29, 4},
    {"llama/chat-unknown-model.txt", "complete", "", 29, 12},
    {"llama/chat-wrong-content-type.txt", "complete", "", 29, 12},
    {"llama/chat-wrong-type.txt", "upstream_error", "", -1, -1},
    {"llama/chat.txt", "complete", "", 29, 12},
    {"llama/completion-no-max-tokens.txt", "length_limit", "", 5, 1019},
    {"llama/completion-stream-usage.txt", "complete", "ttttttttttttfT", 5, 12},
    {"llama/completion-two-prompts.txt", "complete", "", 2, 3},
    {"llama/completion.txt", "complete", "", 5, 12},
    {"llama/embeddings-base64.txt", "upstream_error", "", -1, -1},
    {"llama/embeddings.txt", "upstream_error", "", -1, -1},
    {"llama/expect-100.txt", "complete", "", 29, 4},
    {"llama/gzip-request.txt", "upstream_error", "", -1, -1},
    {"llama/messages-stream.txt", "complete", "aattttttttttttffT", 29, 12},
    {"llama/messages-unknown-model.txt", "complete", "", 29, 12},
    {"llama/messages.txt", "complete", "", 29, 12},
    {"llama/native-completion-stream.txt", "complete", "ttttf", 2, 4},
    {"llama/native-completion.txt", "complete", "", 2, 4},
    {"llama/responses-stream.txt", "complete", "aaaattttttfffT", 26, 6},
    {"llama/responses.txt", "complete", "", 26, 12},
    {"llama/tokenize.txt", "complete", "", -1, -1},
    {"ollama/api-chat-empty-messages.txt", "finish_reason_error", "", -1, -1},
    {"ollama/api-chat-malformed-json.txt", "upstream_error", "", -1, -1},
    {"ollama/api-chat-stream.txt", "complete", "ttttttttf", 7, 8},
    {"ollama/api-chat-unknown-field.txt", "complete", "", 7, 8},
    {"ollama/api-chat-unknown-model.txt", "upstream_error", "", -1, -1},
    {"ollama/api-chat-unknown-option.txt", "complete", "", 7, 4},
    {"ollama/api-chat.txt", "complete", "", 7, 8},
    {"ollama/api-embed.txt", "upstream_error", "", -1, -1},
    {"ollama/api-embeddings-old.txt", "upstream_error", "", -1, -1},
    {"ollama/api-generate-load.txt", "finish_reason_error", "", -1, -1},
    {"ollama/api-generate-stream.txt", "complete", "ttttttttf", 5, 8},
    {"ollama/api-generate.txt", "complete", "", 5, 8},
    {"ollama/chat-empty-body.txt", "upstream_error", "", -1, -1},
    {"ollama/chat-empty-messages.txt", "upstream_error", "", -1, -1},
    {"ollama/chat-logprobs-stream.txt", "complete", "tttfT", -1, -1},
    {"ollama/chat-malformed-json.txt", "upstream_error", "", -1, -1},
    {"ollama/chat-max-tokens-huge.txt", "complete", "", 7, 2},
    {"ollama/chat-n2.txt", "malformed", "", 7, 4},
    {"ollama/chat-no-messages.txt", "upstream_error", "", -1, -1},
    {"ollama/chat-no-model.txt", "upstream_error", "", -1, -1},
    {"ollama/chat-response-format-json.txt", "complete", "", 7, 24},
    {"ollama/chat-stream-continuous-usage.txt", "complete", "ttttttttttttffT", 7, 12},
    {"ollama/chat-stream-n2.txt", "incomplete_stream", "ttttfT", -1, -1},
    {"ollama/chat-stream-options-without-stream.txt", "complete", "", 7, 12},
    {"ollama/chat-stream-usage.txt", "complete", "ttttttttttttffT", 7, 12},
    {"ollama/chat-stream.txt", "complete", "ttttttttttttfT", -1, -1},
    {"ollama/chat-tools-required-stream.txt", "upstream_error", "", -1, -1},
    {"ollama/chat-tools.txt", "upstream_error", "", -1, -1},
    {"ollama/chat-unknown-field.txt", "complete", "", 7, 4},
    {"ollama/chat-unknown-model.txt", "upstream_error", "", -1, -1},
    {"ollama/chat-wrong-content-type.txt", "complete", "", 7, 12},
    {"ollama/chat-wrong-type.txt", "upstream_error", "", -1, -1},
    {"ollama/chat.txt", "complete", "", 7, 12},
    {"ollama/completion-stream-usage.txt", "complete", "ttttttttttttffT", 5, 12},
    {"ollama/completion-two-prompts.txt", "upstream_error", "", -1, -1},
    {"ollama/completion.txt", "complete", "", 5, 12},
    {"ollama/embeddings-base64.txt", "upstream_error", "", -1, -1},
    {"ollama/embeddings.txt", "upstream_error", "", -1, -1},
    {"ollama/expect-100.txt", "complete", "", 7, 4},
    {"ollama/gzip-request.txt", "upstream_error", "", -1, -1},
    {"ollama/messages-stream.txt", "upstream_error", "", -1, -1},
    {"ollama/messages-unknown-model.txt", "upstream_error", "", -1, -1},
    {"ollama/messages.txt", "upstream_error", "", -1, -1},
    {"ollama/responses-stream.txt", "upstream_error", "", -1, -1},
    {"ollama/responses.txt", "upstream_error", "", -1, -1},
    {"vllm/chat-context-overflow-stream.txt", "upstream_error", "", -1, -1},
    {"vllm/chat-context-overflow.txt", "upstream_error", "", -1, -1},
    {"vllm/chat-empty-body.txt", "upstream_error", "", -1, -1},
    {"vllm/chat-empty-messages.txt", "upstream_error", "", -1, -1},
    {"vllm/chat-logprobs-stream.txt", "complete", "atttT", -1, -1},
    {"vllm/chat-malformed-json.txt", "upstream_error", "", -1, -1},
    {"vllm/chat-max-tokens-huge.txt", "upstream_error", "", -1, -1},
    {"vllm/chat-max-tokens-zero.txt", "upstream_error", "", -1, -1},
    {"vllm/chat-n2.txt", "complete", "", 16, 8},
    {"vllm/chat-no-messages.txt", "upstream_error", "", -1, -1},
    {"vllm/chat-no-model.txt", "complete", "", 16, 12},
    {"vllm/chat-orca.txt", "empty_answer", "", 16, 1},
    {"vllm/chat-request-id.txt", "complete", "", 16, 3},
    {"vllm/chat-response-format-json.txt", "complete", "", 16, 3},
    {"vllm/chat-stream-continuous-usage.txt", "complete", "attttttttttttfT", 16, 12},
    {"vllm/chat-stream-n2.txt", "complete", "aattttttttT", -1, -1},
    {"vllm/chat-stream-options-without-stream.txt", "upstream_error", "", -1, -1},
    {"vllm/chat-stream-usage.txt", "complete", "attttttttttttfT", 16, 12},
    {"vllm/chat-stream.txt", "complete", "attttttttttttT", -1, -1},
    {"vllm/chat-tools-required-stream.txt", "empty_answer", "afT", -1, -1},
    {"vllm/chat-tools.txt", "complete", "", 16, 12},
    {"vllm/chat-unknown-field.txt", "complete", "", 16, 4},
    {"vllm/chat-unknown-model.txt", "upstream_error", "", -1, -1},
    {"vllm/chat-wrong-content-type.txt", "upstream_error", "", -1, -1},
    {"vllm/chat-wrong-type.txt", "upstream_error", "", -1, -1},
    {"vllm/chat.txt", "complete", "", 16, 12},
    {"vllm/completion-no-max-tokens.txt", "length_limit", "", 12, 16},
    {"vllm/completion-stream-usage.txt", "complete", "ttttttttttttfT", 12, 12},
    {"vllm/completion-two-prompts.txt", "complete", "", 2, 6},
    {"vllm/completion.txt", "complete", "", 12, 12},
    {"vllm/embeddings-base64.txt", "upstream_error", "", -1, -1},
    {"vllm/embeddings.txt", "upstream_error", "", -1, -1},
    {"vllm/expect-100.txt", "complete", "", 16, 4},
    {"vllm/gzip-request.txt", "upstream_error", "", -1, -1},
    {"vllm/messages-stream.txt", "complete", "aattttttttttttffT", 16, 12},
    {"vllm/messages-unknown-model.txt", "upstream_error", "", -1, -1},
    {"vllm/messages.txt", "complete", "", 16, 12},
    {"vllm/responses-stream.txt", "length_limit", "aaaatttfffT", 12, 6},
    {"vllm/responses.txt", "length_limit", "", 12, 12},
    {"vllm/tokenize-chat.txt", "complete", "", -1, -1},
    {"vllm/tokenize.txt", "complete", "", -1, -1},
};

constexpr size_t kWhole = size_t{1} << 20;

struct Outcome {
  std::string verdict, kinds, frames;
  bool identity = true;  // each span holds what the answer's first one holds
  Usage usage;
};

AnswerReader MakeReader(const Capture& capture) {
  json::JsonScan scan;
  scan.Scan(capture.request_body);
  const OperationInfo& info = *FindOperation(capture.method, capture.path);
  return AnswerReader(ReadRequestFacts(info, scan).expectations);
}

bool IsStream(const Capture& capture) {
  return capture.status == 200 && (capture.content_type == "text/event-stream" ||
                                   capture.content_type == "application/x-ndjson");
}

// `clean`: whether the transport is said to have ended well.
Outcome ReadCut(const Capture& capture, std::string_view body, size_t cut, bool clean = true) {
  const bool sse = capture.content_type == "text/event-stream";
  http::FrameSplitter splitter(sse ? http::StreamFraming::kSse : http::StreamFraming::kNdjson);
  AnswerReader reader = MakeReader(capture);
  Outcome outcome;
  http::Frame frame;
  std::string id;
  for (size_t at = 0; at < body.size(); at += cut) {
    // A copy of its own, so that reading past a piece is seen by the sanitizer.
    const std::vector<char> piece(body.begin() + at,
                                  body.begin() + std::min(body.size(), at + cut));
    splitter.Feed({piece.data(), piece.size()});
    while (splitter.Next(&frame) == http::FrameSplitter::Result::kFrame) {
      const FrameVerdict verdict = reader.OnFrame(frame);
      outcome.frames += frame.bytes;
      outcome.kinds += "catfTe"[static_cast<int>(verdict.kind)];
      if (verdict.id_size == 0) continue;
      if (id.empty()) id = frame.bytes.substr(verdict.id_at, verdict.id_size);
      outcome.identity &= id == frame.bytes.substr(verdict.id_at, verdict.id_size);
      const bool timed = frame.data.find("\"created") != frame.data.npos;
      outcome.identity &= verdict.created_size == (timed ? 10 : 0);
    }
  }
  outcome.verdict = CompletenessName(reader.FinishStream(clean));
  outcome.usage = reader.usage();
  return outcome;
}

TEST(Captures, EveryRecordedStreamGetsItsVerdictHoweverItIsCut) {
  for (const Row& row : kRows) {
    const Capture capture = LoadCapture(row.name);
    if (!IsStream(capture)) continue;
    for (const size_t cut : {size_t{1}, size_t{2}, size_t{3}, size_t{7}, size_t{64}, kWhole}) {
      SCOPED_TRACE(std::string(row.name) + " cut at " + std::to_string(cut));
      const Outcome outcome = ReadCut(capture, capture.body, cut);
      EXPECT_EQ(outcome.verdict, row.verdict);
      EXPECT_EQ(outcome.kinds, row.kinds);
      EXPECT_EQ(outcome.frames, capture.body);  // engines write what clients like
      EXPECT_TRUE(outcome.identity);
      EXPECT_EQ(outcome.usage.input_tokens, row.input_tokens);
      EXPECT_EQ(outcome.usage.output_tokens, row.output_tokens);
    }
  }
}

TEST(Captures, EveryRecordedWholeAnswerGetsItsVerdict) {
  for (const Row& row : kRows) {
    const Capture capture = LoadCapture(row.name);
    if (IsStream(capture)) continue;
    SCOPED_TRACE(row.name);
    AnswerReader reader = MakeReader(capture);
    FrameVerdict spans;
    const Completeness verdict =
        reader.CheckWhole(capture.status, capture.content_type, capture.body, &spans);
    EXPECT_STREQ(CompletenessName(verdict), row.verdict);
    EXPECT_EQ(reader.usage().input_tokens, row.input_tokens);
    EXPECT_EQ(reader.usage().output_tokens, row.output_tokens);
    if (verdict != Completeness::kComplete) continue;
    if (capture.body.find("\"id\":") != std::string::npos) {
      const std::string id = capture.body.substr(spans.id_at, spans.id_size);
      EXPECT_NE(capture.body.find("\"id\":\"" + id + "\""), std::string::npos);
    }
    const size_t created = capture.body.find("\"created");
    EXPECT_EQ(spans.created_size != 0, created != std::string::npos);
    if (created != std::string::npos) {
      EXPECT_EQ(spans.created_at, capture.body.find_first_of("12", created));
    }
  }
}

TEST(Captures, NoStreamThatWasCutAnywhereIsComplete) {
  for (const Row& row : kRows) {
    const Capture capture = LoadCapture(row.name);
    if (!IsStream(capture) || row.verdict != std::string("complete")) continue;
    // The last event's blank line may be cut off: then its frame never came.
    // Every place near the end, where it is nearly whole; a sample of those before.
    const size_t near_end = capture.body.size() - std::min<size_t>(capture.body.size(), 400);
    for (size_t size = 0; size < capture.body.size(); size += size < near_end ? 7 : 1) {
      const Outcome outcome =
          ReadCut(capture, std::string_view(capture.body).substr(0, size), kWhole);
      ASSERT_EQ(outcome.verdict, "incomplete_stream") << row.name << " cut off after " << size;
    }
    EXPECT_EQ(ReadCut(capture, capture.body, kWhole, false).verdict, "incomplete_stream");
  }
}

TEST(Captures, NoWholeAnswerThatWasCutAnywhereIsComplete) {
  for (const Row& row : kRows) {
    const Capture capture = LoadCapture(row.name);
    if (IsStream(capture) || row.verdict != std::string("complete")) continue;
    const size_t end = capture.body.find_last_of('}');
    for (size_t size = 0; size <= end; ++size) {
      const std::string_view body = std::string_view(capture.body).substr(0, size);
      ASSERT_EQ(MakeReader(capture).CheckWhole(200, capture.content_type, body, nullptr),
                Completeness::kMalformed)
          << row.name << " cut off after " << size;
    }
  }
}

TEST(Captures, EveryRecordingHasARow) {
  namespace fs = std::filesystem;
  const fs::path root = fs::path(BANTO_SOURCE_DIR) / "tests" / "captures";
  size_t answered = 0;
  for (const auto& entry : fs::recursive_directory_iterator(root)) {
    if (!entry.is_regular_file()) continue;
    const Capture capture = LoadCapture(fs::relative(entry.path(), root).string());
    // Listings are other tests' matter; some requests had no answer when the recording ended.
    const OperationInfo& info = *FindOperation(capture.method, capture.path);
    if (info.inference && capture.status != 0) ++answered;
  }
  EXPECT_EQ(answered, std::size(kRows));
}

}  // namespace
}  // namespace banto::api
