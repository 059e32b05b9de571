#include "proxy/api/vector_answer.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace banto::api {
namespace {

using Rows = VectorForm::Rows;

// The answer taken apart, and put together from the rows at these places.
std::string Again(Rows form, const char* body, size_t count, std::vector<size_t> places,
                  bool base64 = false, int64_t tokens = -1) {
  const auto answer = TakeApart(form, body, count);
  if (!answer) return "none";
  std::vector<VectorView> rows;
  for (const size_t place : places)
    rows.push_back({answer->rows[place].shell, answer->rows[place].floats});
  return PutTogether(form, answer->shell, rows, base64, tokens);
}

constexpr const char* kOpenAi =
    R"({"object":"list","data":[{"object":"embedding","index":1,"embedding":[2, -0.5],"x":{"y":[1]}},)"
    R"({"embedding":"AACAPwAAAMA=","index":0}],"model":"m","usage":{"prompt_tokens":7,"total_tokens":7,"z":null}})";

TEST(VectorAnswer, RowsAreFoundByTheirIndexAndWrittenByTheirPlace) {
  EXPECT_EQ(
      Again(Rows::kObjects, kOpenAi, 2, {0, 1}),
      R"({"object":"list","data":[{"embedding":[1,-2],"index":0},{"object":"embedding","index":1,)"
      R"("embedding":[2,-0.5],"x":{"y":[1]}}],"model":"m","usage":{"prompt_tokens":7,"total_tokens":7,"z":null}})");
  EXPECT_EQ(
      Again(Rows::kObjects, kOpenAi, 2, {1, 0, 1}, true, 12),
      R"({"object":"list","data":[{"object":"embedding","index":0,"embedding":"AAAAQAAAAL8=","x":{"y":[1]}},)"
      R"({"embedding":"AACAPwAAAMA=","index":1},{"object":"embedding","index":2,"embedding":"AAAAQAAAAL8=",)"
      R"("x":{"y":[1]}}],"model":"m","usage":{"prompt_tokens":12,"total_tokens":12,"z":null}})");
}

TEST(VectorAnswer, OllamasAndBareListsHaveTheirOwnForm) {
  EXPECT_EQ(
      Again(Rows::kVectors,
            R"({"model":"m","embeddings":[[1],[2]],"total_duration":5,"prompt_eval_count":4})", 2,
            {1, 0}, false, 9),
      R"({"model":"m","embeddings":[[2],[1]],"total_duration":5,"prompt_eval_count":9})");
  EXPECT_EQ(Again(Rows::kBare, "[[1, 2],[3,4]]", 2, {1, 1, 0}), "[[3,4],[3,4],[1,2]]");
}

TEST(VectorAnswer, WhatIsNotWholeIsNotTakenApart) {
  for (
      const char* data : {
          R"([{"index":0,"embedding":[1]}])",                                 // a row is missing
          R"([{"index":0,"embedding":[1]},{"index":0,"embedding":[1]}])",     // twice
          R"([{"index":0,"embedding":[1]},{"index":2,"embedding":[1]}])",     // beyond
          R"([{"index":0,"embedding":[1]},{"embedding":[1]}])",               // nowhere
          R"([{"index":0,"embedding":[1]},{"index":1,"embedding":[1,2]}])",   // another width
          R"([{"index":0,"embedding":[1]},{"index":1,"embedding":[null]}])",  // no number
          R"([{"index":0,"embedding":[1]},{"index":1,"embedding":"AADAfw=="}])",  // NaN
          R"([{"index":0,"embedding":[1]},{"index":1}])",
          R"([{"index":0,"embedding":[1]},5])",
          R"([{"index":0,"embedding":[1]},{"index":1,"embedding":[1]},{"index":2,"embedding":[1]}])",
          "{}",
          "null",
      }) {
    const std::string body = R"({"data":)" + std::string(data) + "}";
    EXPECT_FALSE(TakeApart(Rows::kObjects, body, 2)) << body;
  }
  EXPECT_FALSE(TakeApart(Rows::kVectors, R"({"embeddings":[[1]]})", 2));
  EXPECT_FALSE(TakeApart(Rows::kBare, "[[1],[2]", 2));
  EXPECT_FALSE(TakeApart(Rows::kBare, R"({"error":"x"})", 1));
}

}  // namespace
}  // namespace banto::api
