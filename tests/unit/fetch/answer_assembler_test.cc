// What is put together of a stream is given only if it is what its API promises.
#include "proxy/fetch/answer_assembler.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <string_view>

#include "tests/unit/api/known_operations.h"

namespace banto {
namespace {

constexpr const char* kNoInput =
    R"({"type":"message","stop_reason":"tool_use","content":[{"type":"tool_use","name":"f"}]})";

constexpr api::Packager kForgetful = {
    [](std::string_view) { return std::optional<std::string>(kNoInput); }, nullptr};
constexpr api::Packager kUnable = {[](std::string_view) { return std::optional<std::string>(); },
                                   nullptr};

api::RequestExpectations Messages() { return {api::known::kMessages}; }

TEST(AnswerAssembler, WhatLostItsFormOnTheWay_IsNotGiven) {
  AnswerAssembler assembler(kForgetful, Messages());
  EXPECT_FALSE(assembler.End(true));
  EXPECT_EQ(assembler.output().bytes(), "");
}

TEST(AnswerAssembler, WhatWasNoBetterAsAStream_IsGivenAsItIs) {
  AnswerAssembler assembler(kForgetful, Messages());
  EXPECT_TRUE(assembler.End(false));
  EXPECT_EQ(assembler.output().bytes(), kNoInput);
}

TEST(AnswerAssembler, WhatCannotBePutTogether_IsNotGiven) {
  AnswerAssembler assembler(kUnable, Messages());
  EXPECT_FALSE(assembler.End(true));
}

}  // namespace
}  // namespace banto
