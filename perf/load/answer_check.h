// Reads one answer, streamed or not, and checks it against its prompt as it arrives.
#ifndef BANTO_PERF_LOAD_ANSWER_CHECK_H_
#define BANTO_PERF_LOAD_ANSWER_CHECK_H_

#include <cstdint>
#include <string>
#include <string_view>

namespace banto::perf {

class AnswerCheck {
 public:
  void Begin(uint64_t seed, int64_t tokens);

  // Consumes the complete events at the front of *body. Returns the number of tokens.
  int64_t ReadStream(std::string* body, bool lines);
  void ReadWhole(std::string_view body);

  bool wrong() const { return wrong_; }
  bool has_error() const { return has_error_; }
  bool has_terminal() const {
    return has_terminal_;
  }  // [DONE], "done": true, message_stop; complete JSON
  bool is_long_enough() const { return at_ == wanted_; }
  int64_t tokens() const;

 private:
  void ReadEvent(std::string_view json);
  void ReadPiece(std::string_view text);

  uint64_t seed_ = 0;
  size_t at_ = 0, wanted_ = 0;  // bytes of the text
  bool wrong_ = false, has_error_ = false, has_terminal_ = false;
};

}  // namespace banto::perf

#endif  // BANTO_PERF_LOAD_ANSWER_CHECK_H_
