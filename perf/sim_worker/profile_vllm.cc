// vLLM 0.32 as recorded in tests/captures/vllm. The finish reason comes with the last token.
#include "perf/sim_worker/profile.h"

#define CHAT \
  R"(data: {"id":"chatcmpl-@ID@","object":"chat.completion.chunk","created":@CREATED@,"model":"@MODEL@","choices":)"
#define TEXT \
  R"(data: {"id":"cmpl-@ID@","object":"text_completion","created":@CREATED@,"model":"@MODEL@","choices":)"
#define USAGE \
  R"("usage":{"prompt_tokens":@PROMPT@,"total_tokens":@TOTAL@,"completion_tokens":@COMPLETION@)"
#define PRINT R"("system_fingerprint":"vllm-0.32.0-4a951f17")"
#define END "\n\n"

namespace banto::perf {
namespace {

constexpr char kRole[] = CHAT
    R"([{"index":0,"delta":{"role":"assistant","content":""},"logprobs":null,"finish_reason":null}],"prompt_token_ids":null,"prompt_text":null})" END;
constexpr char kToken[] = CHAT
    R"([{"index":0,"delta":{"content":"@TEXT@"},"logprobs":null,"finish_reason":null,"token_ids":null}]})" END;
constexpr char kLast[] = CHAT
    R"([{"index":0,"delta":{"content":"@TEXT@"},"logprobs":null,"finish_reason":"length","stop_reason":null,"token_ids":null}],)" PRINT
    "}" END;
constexpr char kLastBeforeUsage[] = CHAT
    R"([{"index":0,"delta":{"content":"@TEXT@"},"logprobs":null,"finish_reason":"length","stop_reason":null,"token_ids":null}]})" END;
constexpr char kUsage[] = CHAT "[]," USAGE "@DETAILS@}," PRINT "}" END;
constexpr char kTextToken[] = TEXT
    R"([{"index":0,"text":"@TEXT@","logprobs":null,"finish_reason":null,"stop_reason":null,"prompt_token_ids":null,"token_ids":null}]})" END;
constexpr char kTextLast[] = TEXT
    R"([{"index":0,"text":"@TEXT@","logprobs":null,"finish_reason":"length","stop_reason":null,"prompt_token_ids":null,"token_ids":null}],)" PRINT
    "}" END;
constexpr char kTextLastBeforeUsage[] = TEXT
    R"([{"index":0,"text":"@TEXT@","logprobs":null,"finish_reason":"length","stop_reason":null,"prompt_token_ids":null,"token_ids":null}]})" END;
constexpr char kTextUsage[] = TEXT "[]," USAGE "@DETAILS@}," PRINT "}" END;
constexpr char kDone[] = "data: [DONE]" END;
constexpr char kError[] =
    R"(data: {"error":{"message":"EngineCore encountered an issue. See stack trace (above) for the root cause.","type":"InternalServerError","param":null,"code":500}})" END
    "data: [DONE]" END;
constexpr char kWholeChat[] =
    R"({"id":"chatcmpl-@ID@","object":"chat.completion","created":@CREATED@,"model":"@MODEL@","choices":[{"index":0,"message":{"role":"assistant","content":"@TEXT@","refusal":null,"annotations":null,"audio":null,"function_call":null,"reasoning":null},"logprobs":null,"finish_reason":"length","stop_reason":null,"token_ids":null,"routed_experts":null}],"service_tier":null,)" PRINT
    "," USAGE
    R"(,"prompt_tokens_details":@DETAIL@,"completion_tokens_details":null},"prompt_logprobs":null,"prompt_token_ids":null,"prompt_text":null,"kv_transfer_params":null,"ec_transfer_params":null,"metrics":null})";
constexpr char kWholeText[] =
    R"({"id":"cmpl-@ID@","object":"text_completion","created":@CREATED@,"model":"@MODEL@","choices":[{"index":0,"text":"@TEXT@","logprobs":null,"finish_reason":"length","stop_reason":null,"token_ids":null,"prompt_logprobs":null,"prompt_token_ids":null,"routed_experts":null}],"service_tier":null,)" PRINT
    "," USAGE
    R"(,"prompt_tokens_details":@DETAIL@,"completion_tokens_details":null},"kv_transfer_params":null,"ec_transfer_params":null,"metrics":null})";
constexpr char kMessageStart[] =
    "event: message_start\n"
    R"(data: {"type":"message_start","message":{"id":"chatcmpl-@ID@","type":"message","role":"assistant","content":[],"model":"@MODEL@","stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":@PROMPT@,"output_tokens":0}}})" END
    "event: content_block_start\n"
    R"(data: {"type":"content_block_start","content_block":{"type":"text","text":""},"index":0})" END;
constexpr char kMessageToken[] =
    "event: content_block_delta\n"
    R"(data: {"type":"content_block_delta","delta":{"type":"text_delta","text":"@TEXT@"},"index":0})" END;
constexpr char kMessageFinish[] =
    "event: content_block_stop\n"
    R"(data: {"type":"content_block_stop","index":0})" END
    "event: message_delta\n"
    R"(data: {"type":"message_delta","delta":{"stop_reason":"max_tokens","stop_sequence":null},"usage":{"input_tokens":@PROMPT@,"output_tokens":@COMPLETION@}})" END;
constexpr char kMessageStop[] =
    "event: message_stop\n"
    R"(data: {"type":"message_stop"})" END;
constexpr char kMessageError[] =
    "event: error\n"
    R"(data: {"type":"error","error":{"type":"internal_error","message":"EngineCore encountered an issue. See stack trace (above) for the root cause."}})" END;
constexpr char kWholeMessage[] =
    R"({"id":"chatcmpl-@ID@","type":"message","role":"assistant","content":[{"type":"text","text":"@TEXT@"}],"model":"@MODEL@","stop_reason":"max_tokens","usage":{"input_tokens":@PROMPT@,"output_tokens":@COMPLETION@}})";

}  // namespace

const Profile kVllmProfile = {
    .name = "vllm",
    .stream_head =
        "HTTP/1.1 200 OK\r\ndate: @DATE@\r\nserver: uvicorn\r\ncontent-type: text/event-stream; "
        "charset=utf-8\r\nvary: Origin\r\ntransfer-encoding: chunked\r\n\r\n",
    .ndjson_head = "",
    .head =
        "HTTP/1.1 @STATUS@\r\ndate: @DATE@\r\nserver: uvicorn\r\ncontent-length: @LENGTH@\r\n"
        "content-type: @TYPE@\r\nvary: Origin\r\n",
    .json_type = "application/json",
    .chat = {.frames = {kRole, kToken, kLast, "", ""},
             .frames_with_usage = {kRole, kToken, kLastBeforeUsage, "", kUsage},
             .terminal = kDone,
             .whole = kWholeChat,
             .error = kError},
    .completion = {.frames = {"", kTextToken, kTextLast, "", ""},
                   .frames_with_usage = {"", kTextToken, kTextLastBeforeUsage, "", kTextUsage},
                   .terminal = kDone,
                   .whole = kWholeText,
                   .error = kError},
    .ollama_chat = {},
    .ollama_generate = {},
    .messages = {.frames = {kMessageStart, kMessageToken, "", kMessageFinish, ""},
                 .frames_with_usage = {kMessageStart, kMessageToken, "", kMessageFinish, ""},
                 .terminal = kMessageStop,
                 .whole = kWholeMessage,
                 .error = kMessageError},
    .busy =
        {503,
         R"({"error":{"message":"The engine's queue is full.","type":"ServiceUnavailableError","param":null,"code":503}})"},
    .loading = {503, ""},
    .broken =
        {500,
         R"({"error":{"message":"EngineCore encountered an issue. See stack trace (above) for the root cause.","type":"InternalServerError","param":null,"code":500}})"},
    .head_time = HeadTime::kAtOnce,
    .role_joins_first_token = false,
    .end_in_one_chunk = false,
    .usage_joins_finish = false,
    .closes_after_stream = false,
    .closes_after_error = false,
    .hears_leaving = true,
    .idle_close_ms = 5000,
};

}  // namespace banto::perf
