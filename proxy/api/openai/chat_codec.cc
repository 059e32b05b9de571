#include "proxy/api/openai/codecs.h"

#include "proxy/api/openai/chat.h"

namespace banto::api::openai {

constinit const Codec kChatCodec = {
    .read_request = ReadChatRequest,
    .write_stream = WriteChatStream,
    .write_whole = WriteChatWhole,
    .write_request = WriteChatRequest,
    .read_stream = ReadChatStream,
    .read_whole = ReadChatWhole,
};

}  // namespace banto::api::openai
