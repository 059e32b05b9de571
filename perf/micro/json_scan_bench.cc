// What a body costs before it is looked up: the scan alone, and the scan with the cache key.
// Prints the best of several rounds, because only noise makes a round slower. An argument picks the
// bodies whose names hold it.
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include "cache/cache_key.h"
#include "cache/key_fields.h"
#include "proxy/http/json_scan.h"

namespace banto {
namespace {

struct Body {
  const char* name;
  std::string json;
};

std::string Repeat(std::string_view piece, size_t bytes) {
  std::string text;
  while (text.size() < bytes) text += piece;
  return text;
}

std::string Chat(std::string_view content) {
  return R"({"messages":[{"role":"system","content":"You are a helpful assistant."},{"role":"user",)"
         R"("content":")" +
         std::string(content) +
         R"("}],"model":"llama-3.1-70b","temperature":0.7,"max_tokens":256,"stream":true,)"
         R"("stream_options":{"include_usage":true},"user":"someone"})";
}

std::string Tools(int count) {
  std::string tools;
  for (int i = 0; i < count; ++i) {
    tools += (i > 0 ? "," : "") + std::string(R"({"type":"function","function":{"name":"tool_)") +
             std::to_string(i) +
             R"(","description":"Looks something up.","parameters":{"type":"object","properties":)"
             R"({"query":{"type":"string","description":"what to look for"},"limit":{"type":)"
             R"("integer","minimum":1,"maximum":50}},"required":["query"]}}})";
  }
  return R"({"model":"m","messages":[{"role":"user","content":"hi"}],"tools":[)" + tools + "]}";
}

std::string Tokens(int count) {
  std::string tokens;
  for (int i = 0; i < count; ++i) tokens += (i > 0 ? "," : "") + std::to_string(i * 37 % 128000);
  return R"({"model":"m","prompt":[)" + tokens + "]}";
}

std::vector<Body> Bodies() {
  constexpr size_t kLarge = 64 << 10;
  return {
      {"chat 1 KB", Chat(Repeat("The quick brown fox jumps over it. ", 750))},
      {"chat 64 KB, plain", Chat(Repeat("The quick brown fox jumps over it. ", kLarge))},
      {"chat 64 KB, \\n and \\\"",
       Chat(Repeat(R"(  std::puts(\"The quick brown fox\");\n)", kLarge))},
      {"chat 64 KB, Japanese", Chat(Repeat("吾輩は猫である。名前はまだ無い。", kLarge))},
      {"chat 64 KB, Russian", Chat(Repeat("Все счастливые семьи похожи друг на друга, ", kLarge))},
      {"chat 64 KB, \\uXXXX", Chat(Repeat(R"(\u0412\u0441\u0435 \u0441\u0447\u0430)", kLarge))},
      {"64 tools", Tools(64)},
      {"10,000 token ids", Tokens(10000)},
  };
}

template <typename Work>
double BestNs(Work work) {
  using Clock = std::chrono::steady_clock;
  double best = 1e18;
  for (int round = 0; round < 40; ++round) {
    int runs = 0;
    const Clock::time_point start = Clock::now();
    Clock::duration spent{};
    do {
      for (int i = 0; i < 8; ++i) work();
      runs += 8;
      spent = Clock::now() - start;
    } while (spent < std::chrono::milliseconds(5));
    const double ns = std::chrono::duration<double, std::nano>(spent).count() / runs;
    if (ns < best) best = ns;
  }
  return best;
}

int Main(std::string_view only) {
  std::printf("%-24s %9s %12s %8s %14s\n", "body", "bytes", "scan ns", "GB/s", "scan+key ns");
  http::JsonScan scan;
  for (const Body& body : Bodies()) {
    if (std::string_view(body.name).find(only) == std::string_view::npos) continue;
    if (scan.Scan(body.json) != http::JsonStatus::kOk) {
      std::fprintf(stderr, "%s: %s\n", body.name, http::JsonStatusName(scan.status()));
      return 1;
    }
    const double scan_ns = BestNs([&] { scan.Scan(body.json); });
    uint8_t sink = 0;
    const double key_ns = BestNs([&] {
      scan.Scan(body.json);
      if (cache::BypassReasonOf(scan, api::Family::kOpenAi) != nullptr) return;
      const auto key = cache::KeyOfJsonRequest(
          {.dialect = "openai", .method = "POST", .path = "/v1/chat/completions", .model = "m"},
          scan, cache::IgnoredFieldsOf(api::Family::kOpenAi));
      if (key) sink = static_cast<uint8_t>(sink ^ key->digest[0]);
    });
    const double bytes = static_cast<double>(body.json.size());
    std::printf("%-24s %9zu %12.0f %8.2f %14.0f%s\n", body.name, body.json.size(), scan_ns,
                bytes / scan_ns, key_ns, sink == 0 ? " " : "");
  }
  return 0;
}

}  // namespace
}  // namespace banto

int main(int argc, char** argv) { return banto::Main(argc > 1 ? argv[1] : ""); }
