#include "proxy/api/ollama/duration.h"

#include <gtest/gtest.h>

namespace banto::api::ollama {
namespace {

TEST(OllamaDuration, ZeroHasManySpellings) {
  for (const char* raw :
       {"0",        "-0",           "0.0",          "0e1",      "0.00E-7",   R"("0")",
        R"("-0")",  R"("+0")",      R"("0s")",      R"("-0s")", R"("0m0s")", R"("0h0m")",
        R"(".0s")", R"("0.s")",     R"("0ns")",     R"("0us")", R"("0µs")",  R"("0μs")",
        R"("0ms")", R"("\u0030s")", R"("0\u00b5s")"}) {
    EXPECT_TRUE(IsZeroDuration(raw)) << raw;
  }
}

TEST(OllamaDuration, WhatLastsIsNotZero) {
  for (const char* raw : {"1", "-1", "10", "0.5", "1e0", R"("10")", R"("0h5m")", R"("0m30s")",
                          R"("30m")", R"("-1s")", R"("0.001s")", R"("1m0s")"}) {
    EXPECT_FALSE(IsZeroDuration(raw)) << raw;
  }
}

TEST(OllamaDuration, WhatOllamaRefusesIsNotZero) {
  for (const char* raw :
       {"", "null", "true", "[0]", R"({"a":0})", R"("")", R"("-")", R"("0x")", R"("s")", R"(".s")",
        R"("0.0.0s")", R"("0 s")", R"("0s0")", R"("00")", R"("--0")", R"("0S")"}) {
    EXPECT_FALSE(IsZeroDuration(raw)) << raw;
  }
}

}  // namespace
}  // namespace banto::api::ollama
