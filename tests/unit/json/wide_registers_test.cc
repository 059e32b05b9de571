// Code that reads 32 bytes at a time must clear the upper halves of the registers: otherwise every
// SSE instruction of the program waits, on Intel's server processors for tens of nanoseconds.
#include <gtest/gtest.h>

#include <string>

#include "proxy/json/json_run.h"
#include "proxy/json/utf8_wide.h"

#if defined(__x86_64__)
#include <cpuid.h>
#include <immintrin.h>

namespace banto::json {
namespace {

bool TellsWhatIsInUse() {
  unsigned a = 0;
  unsigned b = 0;
  unsigned c = 0;
  unsigned d = 0;
  return __builtin_cpu_supports("avx2") != 0 && __get_cpuid_count(0xD, 1, &a, &b, &c, &d) != 0 &&
         (a & 4U) != 0;
}

// XINUSE, bit 2 (Intel SDM vol. 1, 13.6): the upper halves are in use.
bool UpperHalvesInUse() {
  unsigned low = 0;
  unsigned high = 0;
  asm volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(1));
  return (low & 4U) != 0;
}

__attribute__((target("avx"))) void EmptyThem() { _mm256_zeroupper(); }
__attribute__((target("avx"))) void FillThem() {
  asm volatile("vpcmpeqb %%xmm0, %%xmm0, %%xmm0\n\tvinsertf128 $1, %%xmm0, %%ymm0, %%ymm0" ::
                   : "xmm0");
}

class WideRegisters : public testing::Test {
 protected:
  void SetUp() override {
    if (!TellsWhatIsInUse()) GTEST_SKIP() << "this processor has none, or does not tell";
    FillThem();
    ASSERT_TRUE(UpperHalvesInUse());
    EmptyThem();
    ASSERT_FALSE(UpperHalvesInUse());
  }
};

TEST_F(WideRegisters, ReadingARun_LeavesUpperHalvesEmpty) {
  for (const size_t size : {15, 31, 32, 47, 64, 100, 127, 128}) {
    for (const char* end : {"", "\"", "\" and what stands behind the run, another 32 bytes"}) {
      const std::string text = std::string(size, 'x') + end;
      std::string out(text.size() + kJsonRunSlackBytes, ' ');
      ReadLongJsonRun<false>(text.data(), text.data() + text.size(), nullptr);
      EXPECT_FALSE(UpperHalvesInUse()) << size << end;
      ReadLongJsonRun<true>(text.data(), text.data() + text.size(), out.data());
      EXPECT_FALSE(UpperHalvesInUse()) << size << end;
    }
  }
}

TEST_F(WideRegisters, CheckingUtf8_LeavesUpperHalvesEmpty) {
  for (const size_t size : {0, 31, 32, 100}) {
    IsUtf8Wide(std::string(size, 'x'));
    EXPECT_FALSE(UpperHalvesInUse()) << size;
  }
}

}  // namespace
}  // namespace banto::json
#endif
