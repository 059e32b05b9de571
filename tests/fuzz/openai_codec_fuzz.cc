// OpenAI's codecs of chat completions, completions and embeddings on any JSON object, as a request,
// as an answer and as a stream's chunk: whatever it holds, what is written is JSON, and a stream's
// frames are one line each. A chunk means the same whether its stream's reader has seen one like it
// or not. First byte: the codec; second: how that one differs.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "proxy/api/openai/codecs.h"
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
  for (const Engines engines :
       {engine::kVllm, engine::kLlamaCpp, engine::kOllama, engine::kTgi, engine::kUnknown}) {
    NeutralRequest request;
    if (codec.read_request(body, &request)) return;
    const WrittenRequest written = codec.write_request(request, {engines, "m"});
    Require(written.refused ? written.body.empty() : IsJson(written.body));
    Require(banto::json::IsUtf8(written.body));
  }
}

void CheckFrames(const FrameOutput& out) {
  for (const FrameOutput::Written& frame : out.frames()) {
    std::string_view data = out.bytes().substr(frame.begin, frame.end - frame.begin);
    Require(data.starts_with("data: ") && data.ends_with("\n\n"));
    data = data.substr(6, data.size() - 8);
    Require(data.find_first_of("\r\n") == data.npos);
    Require(data == "[DONE]" || IsJson(data));
  }
}

void AsAnswer(const Codec& codec, std::string_view body) {
  NeutralRequest request;
  request.include_usage = true;
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
  const banto::http::Frame frame{body, body, {}};
  codec.read_stream()->OnFrame(frame, writer.get());
  writer->End();
  CheckFrames(out);
}

class Said final : public AnswerSink {
 public:
  void On(const AnswerEvent& event) override {
    text.append(1, static_cast<char>(event.kind)).append(event.text).append(event.logprobs);
  }
  std::string text;
};

// The second frame is the first with another byte in it.
void AsLikeFrames(const Codec& codec, std::string_view body, uint8_t change) {
  std::string second(body);
  second[change % second.size()] = static_cast<char>(' ' + change % 90);
  if (codec.read_stream == nullptr || !banto::json::IsJson(second)) return;
  Said after, alone, ignored;
  const std::unique_ptr<EventReader> reader = codec.read_stream();
  reader->OnFrame({body, body, {}}, &ignored);
  if (ignored.text.find_first_of("\5\6") != ignored.text.npos) return;  // calls have a memory
  reader->OnFrame({second, second, {}}, &after);
  codec.read_stream()->OnFrame({second, second, {}}, &alone);
  Require(after.text == alone.text);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 3) return 0;
  const std::string_view body(reinterpret_cast<const char*>(data) + 2, size - 2);
  if (body[0] != '{' || !banto::json::IsUtf8(body) || !banto::json::IsJson(body)) return 0;
  const Codec* const kCodecs[] = {&openai::kChatCodec, &openai::kCompletionsCodec,
                                  &openai::kEmbeddingsCodec};
  const Codec& codec = *kCodecs[data[0] % 3];
  AsRequest(codec, body);
  AsAnswer(codec, body);
  AsLikeFrames(codec, body, data[1]);
  return 0;
}
