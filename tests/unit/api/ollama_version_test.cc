#include "proxy/api/ollama/ollama_version.h"

#include <gtest/gtest.h>

namespace banto::api::ollama {
namespace {

TEST(OllamaVersion, NumbersAreComparedAsNumbers) {
  const char* in_order[] = {"0.0.0",  "0.6.8",  "0.9.6", "0.12.0-rc0", "0.12.0-rc1", "0.12.0",
                            "0.12.6", "0.13.0", "1.0",   "v1.0.1",     "10.0.0",     "99999999999"};
  for (size_t i = 0; i < std::size(in_order); ++i) {
    for (size_t j = 0; j < std::size(in_order); ++j) {
      EXPECT_EQ(IsOlderVersion(in_order[i], in_order[j]), i < j)
          << in_order[i] << " " << in_order[j];
    }
  }
}

TEST(OllamaVersion, WhatIsTheSameIsNotOlder) {
  EXPECT_FALSE(IsOlderVersion("0.12", "0.12.0"));
  EXPECT_FALSE(IsOlderVersion("v0.12.0+build1", "0.12.0"));
  EXPECT_FALSE(IsOlderVersion("", "rubbish"));
}

}  // namespace
}  // namespace banto::api::ollama
