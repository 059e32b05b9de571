// Puts a worker's stream together to the whole answer that the client wants, in the same API: the
// worker was asked for a stream so that it notices if the client leaves (stream_wish.h). Owned by a
// Relay; loop thread only.
#ifndef BANTO_PROXY_FETCH_ANSWER_ASSEMBLER_H_
#define BANTO_PROXY_FETCH_ANSWER_ASSEMBLER_H_

#include <optional>
#include <string>
#include <string_view>

#include "proxy/api/answer_reader.h"
#include "proxy/api/packaging.h"
#include "proxy/fetch/answer_translator.h"

namespace banto {

class AnswerAssembler final : public AnswerTranslator {
 public:
  // `expectations`: of the answer that the client wants.
  AnswerAssembler(const api::Packager& packager, const api::RequestExpectations& expectations)
      : packager_(packager), expectations_(expectations) {}

  bool reads_streams() const override { return true; }
  bool streams() const override { return false; }
  int64_t next_sequence() const override { return 0; }
  bool overdone() const override { return false; }
  void OnFrame(const http::Frame& frame) override { frames_.append(frame.bytes); }
  bool End(bool complete) override {
    const std::optional<std::string> whole = packager_.whole(frames_);
    return whole && !(complete && IsMalformed(*whole)) && OnWhole(*whole);
  }
  // The worker did not stream after all.
  bool OnWhole(std::string_view body) override {
    output_.text()->append(body);
    output_.End(api::FrameKind::kFinish);
    return true;
  }

 private:
  // What was well said as a stream must not have lost its form on the way.
  bool IsMalformed(std::string_view whole) const {
    return api::AnswerReader(expectations_).CheckWhole(200, "application/json", whole, nullptr) ==
           api::Completeness::kMalformed;
  }

  const api::Packager& packager_;
  const api::RequestExpectations expectations_;
  std::string frames_;
};

}  // namespace banto

#endif  // BANTO_PROXY_FETCH_ANSWER_ASSEMBLER_H_
