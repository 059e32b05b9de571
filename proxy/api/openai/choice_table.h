// What is known of an answer's choices: who finished, why, and whether anything was generated. The
// rules are those of wire-compatibility.md §4.6 for chat and completions, streamed and whole. Owned
// by one answer's reader; loop thread only; allocates only for tool calls.
#ifndef BANTO_PROXY_API_OPENAI_CHOICE_TABLE_H_
#define BANTO_PROXY_API_OPENAI_CHOICE_TABLE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "proxy/api/answer_reader.h"
#include "proxy/api/tool_arguments.h"
#include "proxy/json/json_cursor.h"

namespace banto::api::openai {

// How a finish_reason counts.
enum class FinishClass : uint8_t {
  kNone,    // null or "": not finished (TGI's completions send "")
  kGood,    // stop, tool_calls and their like
  kLength,  // a limit was reached; the request shows whether it was its own
  kBad,     // abort, error, content_filter, and any that we do not know
};
FinishClass ClassifyFinish(std::string_view reason);

// Choice numbers below a bound. Up to 64, as nearly all answers have, need no memory of their own.
class ChoiceSet {
 public:
  explicit ChoiceSet(size_t bound)
      : more_(bound > 64 ? std::make_unique<uint64_t[]>((bound - 1) / 64) : nullptr) {}
  bool Has(size_t choice) const { return (Word(choice) >> choice % 64 & 1) != 0; }
  void Add(size_t choice) { Word(choice) |= uint64_t{1} << choice % 64; }

 private:
  uint64_t& Word(size_t choice) { return choice < 64 ? first_ : more_[choice / 64 - 1]; }
  uint64_t Word(size_t choice) const { return choice < 64 ? first_ : more_[choice / 64 - 1]; }

  uint64_t first_ = 0;
  std::unique_ptr<uint64_t[]> more_;
};

class ChoiceTable {
 public:
  // `expected`: how many choices the answer must have; 0 or less counts as 1.
  explicit ChoiceTable(int expected);

  struct News {
    bool generated = false;  // content, reasoning, a tool call …
    bool finished = false;
    bool called = false;    // a tool or function call, whose arguments were kept
    std::string_view text;  // a generated string that is not empty, between its quotes
  };
  // Reads the element of `choices` at the cursor: a chunk's or a whole answer's. `position`: its
  // place in the array, which is its index where it names none.
  News Read(json::JsonCursor* json, int64_t position);

  // How many elements were read, and how many of the expected choices have finished.
  int64_t elements() const { return elements_; }
  int64_t expected() const { return expected_; }
  bool all_finished() const { return finished_count_ == expected_; }
  // Whether every choice that appeared has finished: an engine that ignores `n` (Ollama) is still
  // whole.
  bool none_open() const { return finished_count_ > 0 && finished_count_ == seen_count_; }
  // The verdict on choices that have all finished.
  Completeness Judge(bool limit_set) const;

 private:
  void ReadMessage(int64_t choice, std::string_view raw, News* news);
  bool ReadToolCalls(int64_t choice, std::string_view raw);
  void Note(int64_t index, std::string_view reason, News* news);

  int64_t expected_;
  int64_t elements_ = 0;
  int64_t finished_count_ = 0;
  int64_t seen_count_ = 0;
  ChoiceSet finished_, seen_;
  ToolArguments tools_;
  bool generated_ = false;
  bool bad_reason_ = false;
  bool length_ = false;
  bool malformed_ = false;
};

}  // namespace banto::api::openai

#endif  // BANTO_PROXY_API_OPENAI_CHOICE_TABLE_H_
