#include "proxy/api/anthropic/codecs.h"

#include "proxy/api/anthropic/message_answer.h"
#include "proxy/api/anthropic/message_request.h"

namespace banto::api::anthropic {

constinit const Codec kMessagesCodec = {
    .read_request = ReadRequest,
    .write_stream = WriteStream,
    .write_whole = WriteWhole,
    .write_request = WriteRequest,
    .read_stream = ReadStream,
    .read_whole = ReadWhole,
};

constinit const Codec kCountTokensCodec = {
    .read_request = ReadRequest,
    .write_stream = nullptr,
    .write_whole = WriteCount,
    .write_request = WriteCountRequest,
    .read_stream = nullptr,
    .read_whole = ReadCount,
};

}  // namespace banto::api::anthropic
