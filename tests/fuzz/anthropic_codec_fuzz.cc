// Anthropic's codecs on any JSON object, as a request, an answer and an event: whatever it holds,
// what is written is JSON, and the blocks of a stream follow each other. First byte: the codec.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "proxy/api/anthropic/codecs.h"
#include "proxy/json/json_cursor.h"
#include "proxy/json/utf8.h"

namespace {

using namespace banto::api;  // NOLINT: a fuzzer

void Require(bool good) {
  if (!good) std::abort();
}

// The judge is stricter than RFC 8259: it takes no lone surrogates.
bool IsJson(std::string_view text) {
  return banto::json::IsUtf8(text) &&
         (nlohmann::json::accept(text) || text.find("\\u") != text.npos);
}

void AsRequest(const Codec& codec, std::string_view body) {
  NeutralRequest request;
  codec.read_request(body, &request);
  const WrittenRequest written = codec.write_request(request, {engine::kVllm, "m"});
  Require(written.refused ? written.body.empty() : IsJson(written.body));
}

// Names and data of events are lines, and at most one block is open.
void CheckStream(const FrameOutput& out) {
  bool open = false;
  for (const FrameOutput::Written& written : out.frames()) {
    const std::string bytes(out.bytes().substr(written.begin, written.end - written.begin));
    const size_t line = bytes.find("\ndata: ");
    Require(bytes.starts_with("event: ") && line != bytes.npos && bytes.ends_with("\n\n"));
    const std::string data = bytes.substr(line + 7, bytes.size() - line - 9);
    Require(data.find('\n') == data.npos && IsJson(data));
    const bool starts = bytes.starts_with("event: content_block_start");
    const bool stops = bytes.starts_with("event: content_block_stop");
    Require(starts ? !open : (open || !bytes.starts_with("event: content_block")));
    open = starts || (open && !stops);
  }
  Require(!open && out.frames().back().verdict.kind == FrameKind::kTerminal);
}

void AsAnswer(const Codec& codec, std::string_view body) {
  const NeutralRequest request;
  const AnswerContext context{&request, body, "m", "id", 1};
  NeutralAnswer answer;
  AnswerBuilder builder(&answer);
  codec.read_whole(body, &builder);
  if (codec.read_stream != nullptr) {
    banto::http::Frame frame;
    frame.data = body;
    codec.read_stream()->OnFrame(frame, &builder);
  }
  builder.Finish();
  Require(IsJson(codec.write_whole(context, answer)));
  if (codec.write_stream == nullptr) return;
  FrameOutput out;
  const std::unique_ptr<AnswerWriter> writer = codec.write_stream(context, &out);
  Replay(answer, writer.get());
  writer->End();
  CheckStream(out);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 2) return 0;
  const std::string_view body(reinterpret_cast<const char*>(data) + 1, size - 1);
  if (body[0] != '{' || !banto::json::IsUtf8(body) || !banto::json::IsJson(body)) return 0;
  const Codec& codec = data[0] % 2 == 0 ? anthropic::kMessagesCodec : anthropic::kCountTokensCodec;
  AsRequest(codec, body);
  AsAnswer(codec, body);
  return 0;
}
