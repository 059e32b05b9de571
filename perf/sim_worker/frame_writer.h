// Writes an answer as its engine would: fills in the profile's text, token by token or in one
// piece.
#ifndef BANTO_PERF_SIM_WORKER_FRAME_WRITER_H_
#define BANTO_PERF_SIM_WORKER_FRAME_WRITER_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "perf/sim_worker/profile.h"

namespace banto::perf {

// Appends `data` as one chunk of a chunked body.
void AppendChunk(std::string_view data, std::string* out);

// Appends a complete answer: status line, length, body and, for errors of engines that do so,
// Connection: close. `type`: empty for the profile's JSON.
void AppendReply(const Profile& profile, int status, std::string_view type, std::string_view body,
                 std::string* out);

class FrameWriter {
 public:
  // `number` determines the id; `ask` and `profile` must outlive this.
  FrameWriter(const Profile& profile, const Ask& ask, uint64_t number);

  void set_cached_tokens(int64_t tokens) { cached_tokens_ = tokens; }
  void AppendHead(std::string* out);                                  // of the stream
  void AppendTokens(int64_t first, int64_t count, std::string* out);  // role before the first one
  void AppendEnd(bool with_terminal, std::string* out);               // finish, usage, terminal
  // `with_done`: [DONE] follows, even for an engine that does not send it.
  void AppendError(bool with_done, std::string* out);
  std::string Whole() const;

 private:
  void FillPlace(std::string_view place, std::string* out) const;
  std::string Fill(std::string_view text) const;
  void AppendToken(int64_t index, std::string* out);

  const Profile& profile_;
  const Ask& ask_;
  const ApiSpelling& spelling_;
  const Frames& frames_;
  const uint64_t prompt_tokens_;
  const uint64_t number_;
  std::optional<int64_t> cached_tokens_;  // of the prompt; none: the engine says nothing of it
  std::string before_text_, after_text_;  // of a token's frame; empty until the first
};

}  // namespace banto::perf

#endif  // BANTO_PERF_SIM_WORKER_FRAME_WRITER_H_
