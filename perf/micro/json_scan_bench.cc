// The cost of a body before its look-up: the scan with and without canonical text, what routing
// reads of it, whether it may be cached, its key, and the MAC that recognises repetitions. Prints
// the best of several rounds, because noise only ever makes a round slower. An argument selects
// bodies whose names contain it.
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cache/body_mac.h"
#include "cache/cache_key.h"
#include "cache/key_fields.h"
#include "proxy/api/openai/openai.h"
#include "proxy/api/operation.h"
#include "proxy/api/request_facts.h"
#include "proxy/json/json_scan.h"

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

uint64_t sink = 0;  // keeps the results from being optimised away

std::optional<cache::CacheKey> KeyOf(const json::JsonScan& scan) {
  return cache::KeyOfJsonRequest(
      {.dialect = "openai", .method = "POST", .path = "/v1/chat/completions", .model = "m"}, scan,
      api::openai::kDialect.ignored);
}

void Measure(const Body& body) {
  json::JsonScan scan;
  cache::BodyMac mac;
  const api::OperationInfo& chat = *api::FindOperation("POST", "/v1/chat/completions");
  const double members_ns = BestNs([&] { scan.ScanMembers(body.json); });
  const double scan_ns = BestNs([&] { scan.Scan(body.json); });
  const double facts_ns = BestNs([&] { sink += api::ReadRequestFacts(chat, scan).model.size(); });
  const double bypass_ns =
      BestNs([&] { sink += cache::BypassReasonOf(scan, api::openai::kDialect) != nullptr; });
  const double key_ns = BestNs([&] { sink += KeyOf(scan).value_or(cache::CacheKey{}).digest[0]; });
  const double mac_ns = BestNs([&] {
    mac.Begin();
    mac.Add(body.json);
    sink += mac.Finish().value_or(cache::MacTag{}).a;
  });
  const double bytes = static_cast<double>(body.json.size());
  std::printf("%-24s %9zu %10.0f %6.2f %10.0f %8.0f %8.0f %10.0f %10.0f\n", body.name,
              body.json.size(), scan_ns, bytes / scan_ns, members_ns, facts_ns, bypass_ns, key_ns,
              mac_ns);
}

int Main(std::string_view only) {
  std::printf("%-24s %9s %10s %6s %10s %8s %8s %10s %10s\n", "ns", "bytes", "scan", "GB/s",
              "members", "facts", "bypass", "key", "mac");
  json::JsonScan scan;
  for (const Body& body : Bodies()) {
    if (std::string_view(body.name).find(only) == std::string_view::npos) continue;
    if (scan.Scan(body.json) != json::JsonStatus::kOk) {
      std::fprintf(stderr, "%s: %s\n", body.name, json::JsonStatusName(scan.status()));
      return 1;
    }
    Measure(body);
  }
  return sink == 0 ? 1 : 0;
}

}  // namespace
}  // namespace banto

int main(int argc, char** argv) { return banto::Main(argc > 1 ? argv[1] : ""); }
