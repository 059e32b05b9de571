// Ollama's codecs on any JSON object, as a request and as an answer: whatever it holds, what is
// written is JSON, and a stream's lines are lines. First byte: the codec.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "proxy/api/ollama/codecs.h"
#include "proxy/json/json_cursor.h"
#include "proxy/json/utf8.h"

namespace {

using namespace banto::api;  // NOLINT: a fuzzer

void Require(bool good) {
  if (!good) std::abort();
}

// The judge is stricter than RFC 8259: it takes no lone surrogates.
bool IsJson(std::string_view text) {
  return nlohmann::json::accept(text) || text.find("\\u") != text.npos;
}

void AsRequest(const Codec& codec, std::string_view body) {
  NeutralRequest request;
  codec.read_request(body, &request);
  const WrittenRequest written = codec.write_request(request, {engine::kOllama, "m"});
  Require(written.refused ? written.body.empty() : IsJson(written.body));
  Require(banto::json::IsUtf8(written.body));
}

void AsAnswer(const Codec& codec, std::string_view body) {
  const NeutralRequest request;
  const AnswerContext context{&request, body, "m", "id", 1};
  NeutralAnswer answer;
  AnswerBuilder builder(&answer);
  codec.read_whole(body, &builder);
  builder.Finish();
  const std::string whole = codec.write_whole(context, answer);
  Require(IsJson(whole) && banto::json::IsUtf8(whole));
  if (codec.write_stream == nullptr) return;
  FrameOutput out;
  const std::unique_ptr<AnswerWriter> writer = codec.write_stream(context, &out);
  Replay(answer, writer.get());
  writer->End();
  for (const FrameOutput::Written& frame : out.frames()) {
    const std::string_view line = out.bytes().substr(frame.begin, frame.end - frame.begin);
    Require(line.find('\n') == line.size() - 1);
    Require(line.find("\xE2\x80\xA8") == line.npos && line.find("\xE2\x80\xA9") == line.npos &&
            line.find("\xC2\x85") == line.npos);
    Require(IsJson(line));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 2) return 0;
  const std::string_view body(reinterpret_cast<const char*>(data) + 1, size - 1);
  if (body[0] != '{' || !banto::json::IsUtf8(body) || !banto::json::IsJson(body)) return 0;
  const Codec* const kCodecs[] = {&ollama::kChatCodec, &ollama::kGenerateCodec,
                                  &ollama::kEmbedCodec, &ollama::kOldEmbeddingsCodec};
  AsRequest(*kCodecs[data[0] % 4], body);
  AsAnswer(*kCodecs[data[0] % 4], body);
  return 0;
}
