// The arguments of an answer's tool calls, put together from their pieces, to tell whether they
// parse (wire-compatibility.md §4.6). Owned by one answer's reader; loop thread only; bounded
// memory.
#ifndef BANTO_PROXY_API_TOOL_ARGUMENTS_H_
#define BANTO_PROXY_API_TOOL_ARGUMENTS_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace banto::api {

class ToolArguments {
 public:
  static constexpr size_t kBytesMax = 4U << 20;  // of all calls together, as many as a cache entry
  static constexpr size_t kCallsMax = 1024;

  // The next piece for call number `call` of choice `choice`: a raw JSON value. OpenAI has a string
  // of JSON in pieces; some engines give the object itself.
  void Add(int64_t choice, int64_t call, std::string_view raw);

  // Whether each call's arguments are one JSON value. False too when there were more than fit.
  bool AllParse() const;

 private:
  struct Call {
    int64_t choice, call;
    std::string text;
  };
  Call* Find(int64_t choice, int64_t call);

  std::vector<Call> calls_;
  std::string piece_;  // memory.for one decoded piece
  size_t bytes_ = 0;
  bool broken_ = false;
};

}  // namespace banto::api

#endif  // BANTO_PROXY_API_TOOL_ARGUMENTS_H_
