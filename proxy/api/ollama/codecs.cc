#include "proxy/api/ollama/codecs.h"

#include "proxy/api/ollama/answer_events.h"
#include "proxy/api/ollama/answer_writer.h"
#include "proxy/api/ollama/chat_request.h"
#include "proxy/api/ollama/embed_codec.h"
#include "proxy/api/ollama/generate_request.h"

namespace banto::api::ollama {
namespace {

template <Shape shape>
std::unique_ptr<AnswerWriter> Stream(const AnswerContext& context, FrameOutput* out) {
  return WriteStream(context, shape, out);
}

template <Shape shape>
std::string Whole(const AnswerContext& context, const NeutralAnswer& answer) {
  return WriteWhole(context, shape, answer);
}

}  // namespace

constinit const Codec kChatCodec = {
    .read_request = ReadChatRequest,
    .write_stream = Stream<Shape::kChat>,
    .write_whole = Whole<Shape::kChat>,
    .write_request = WriteChatRequest,
    .read_stream = ReadEvents,
    .read_whole = ReadWholeAnswer,
};

constinit const Codec kGenerateCodec = {
    .read_request = ReadGenerateRequest,
    .write_stream = Stream<Shape::kGenerate>,
    .write_whole = Whole<Shape::kGenerate>,
    .write_request = WriteGenerateRequest,
    .read_stream = ReadEvents,
    .read_whole = ReadWholeAnswer,
};

constinit const Codec kEmbedCodec = {
    .read_request = ReadEmbedRequest,
    .write_stream = nullptr,  // embeddings do not stream
    .write_whole = WriteEmbedAnswer,
    .write_request = WriteEmbedRequest,
    .read_stream = nullptr,
    .read_whole = ReadEmbeddings,
};

constinit const Codec kOldEmbeddingsCodec = {
    .read_request = ReadOldEmbeddingsRequest,
    .write_stream = nullptr,
    .write_whole = WriteOldEmbeddingsAnswer,
    .write_request = WriteOldEmbeddingsRequest,
    .read_stream = nullptr,
    .read_whole = ReadEmbeddings,
};

}  // namespace banto::api::ollama
