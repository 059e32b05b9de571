#include "proxy/api/openai/responses_codec.h"

#include "proxy/api/openai/responses_answer.h"
#include "proxy/api/openai/responses_request.h"
#include "proxy/api/openai/responses_writer.h"

namespace banto::api::openai {
namespace {

std::unique_ptr<AnswerWriter> WriteStream(const AnswerContext& context, FrameOutput* out) {
  return std::make_unique<ResponsesWriter>(context, out);
}

// The object at the end of the stream that it would have been.
std::string WriteWhole(const AnswerContext& context, const NeutralAnswer& answer) {
  FrameOutput unsent;
  ResponsesWriter writer(context, &unsent);
  Replay(answer, &writer);
  if (answer.choices.empty()) writer.End();
  std::string body;
  writer.AppendObject(&body);
  return body;
}

}  // namespace

constinit const Codec kResponsesCodec = {
    .read_request = ReadResponsesRequest,
    .write_stream = WriteStream,
    .write_whole = WriteWhole,
    .write_request = WriteResponsesRequest,
    .read_stream = ReadResponsesStream,
    .read_whole = ReadResponsesWhole,
};

}  // namespace banto::api::openai
