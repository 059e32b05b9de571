// What the tests of AnswerReader share: chunks in their common form, and reading them to the end.
// For tests only.
#ifndef BANTO_TESTS_UNIT_API_ANSWER_KIT_H_
#define BANTO_TESTS_UNIT_API_ANSWER_KIT_H_

#include <string>
#include <vector>

#include "proxy/api/answer_reader.h"
#include "tests/unit/api/known_operations.h"

namespace banto::api {

struct Read {
  Completeness verdict;
  bool finished;
  std::vector<FrameVerdict> frames;
  Usage usage;
};

inline RequestExpectations Expect(const OperationInfo* operation, int choices = 1,
                                  bool limit_set = false, bool usage_requested = false) {
  return {operation, choices, limit_set, usage_requested};
}
inline const RequestExpectations kChat = Expect(known::kChat);

inline Read ReadStream(const RequestExpectations& expectations, const std::string& stream,
                       bool clean = true) {
  const bool lines = expectations.operation == known::kOllamaChat ||
                     expectations.operation == known::kOllamaGenerate;
  http::FrameSplitter splitter(lines ? http::StreamFraming::kNdjson : http::StreamFraming::kSse);
  AnswerReader reader(expectations);
  Read read;
  http::Frame frame;
  splitter.Feed(stream);
  while (splitter.Next(&frame) == http::FrameSplitter::Result::kFrame) {
    read.frames.push_back(reader.OnFrame(frame));
  }
  read.verdict = reader.FinishStream(clean);
  read.finished = reader.finished();
  read.usage = reader.usage();
  return read;
}

inline Completeness Whole(const RequestExpectations& expectations, const std::string& body,
                          int status = 200, const char* type = "application/json") {
  return AnswerReader(expectations).CheckWhole(status, type, body, nullptr);
}

// A chunk with one choice: its delta and its finish_reason as raw JSON.
inline std::string Chunk(const std::string& delta, const std::string& finish = "null",
                         int index = 0) {
  return R"(data: {"id":"c1","object":"chat.completion.chunk","created":1700000000,"choices":[{"index":)" +
         std::to_string(index) + R"(,"delta":)" + delta + R"(,"finish_reason":)" + finish +
         "}]}\n\n";
}
inline std::string Token(int index = 0) { return Chunk(R"({"content":"hi"})", "null", index); }
inline std::string Stop(int index = 0) { return Chunk("{}", R"("stop")", index); }
inline const std::string kDone = "data: [DONE]\n\n";

inline std::string Answer(const std::string& message, const std::string& finish) {
  return R"({"id":"c1","created":1700000000,"choices":[{"index":0,"message":)" + message +
         R"(,"finish_reason":)" + finish + "}]}";
}

}  // namespace banto::api

#endif  // BANTO_TESTS_UNIT_API_ANSWER_KIT_H_
