// TGI and SGLang, from their documentation and sources, not from recordings: field order may
// differ. TGI: an empty id, an error on a stream has status 200, an event with 422 and then [DONE].
#include "perf/sim_worker/profile.h"

#define TGI_CHAT \
  R"(data: {"object":"chat.completion.chunk","id":"","created":@CREATED@,"model":"@MODEL@","system_fingerprint":"3.3.5-native","choices":)"
#define TGI_TEXT \
  R"(data: {"object":"text_completion","id":"","created":@CREATED@,"model":"@MODEL@","system_fingerprint":"3.3.5-native","choices":)"
#define SGL_CHAT \
  R"(data: {"id":"@ID@","object":"chat.completion.chunk","created":@CREATED@,"model":"@MODEL@","choices":)"
#define SGL_TEXT \
  R"(data: {"id":"@ID@","object":"text_completion","created":@CREATED@,"model":"@MODEL@","choices":)"
#define USAGE \
  R"("usage":{"prompt_tokens":@PROMPT@,"completion_tokens":@COMPLETION@,"total_tokens":@TOTAL@}})"
#define NO_USAGE R"("usage":null})"
#define TAIL R"("logprobs":null,"finish_reason":null,"matched_stop":null}],)"
#define LAST R"("logprobs":null,"finish_reason":"length","matched_stop":null}],)"
#define END "\n\n"

namespace banto::perf {
namespace {

constexpr char kTgiToken[] = TGI_CHAT
    R"([{"index":0,"delta":{"role":"assistant","content":"@TEXT@"},"logprobs":null,"finish_reason":null}],)" NO_USAGE
        END;
constexpr char kTgiLast[] = TGI_CHAT
    R"([{"index":0,"delta":{"role":"assistant","content":"@TEXT@"},"logprobs":null,"finish_reason":"length"}],)" NO_USAGE
        END;
constexpr char kTgiUsage[] = TGI_CHAT "[]," USAGE END;
constexpr char kTgiTextToken[] =
    TGI_TEXT R"([{"index":0,"text":"@TEXT@","logprobs":null,"finish_reason":""}]})" END;
constexpr char kTgiTextLast[] =
    TGI_TEXT R"([{"index":0,"text":"@TEXT@","logprobs":null,"finish_reason":"length"}],)" USAGE END;
constexpr char kTgiError[] =
    R"(data: {"error":{"message":"Request failed during generation: Server error","http_status_code":422}})" END
    "data: [DONE]" END;
constexpr char kTgiWholeChat[] =
    R"({"object":"chat.completion","id":"","created":@CREATED@,"model":"@MODEL@","system_fingerprint":"3.3.5-native","choices":[{"index":0,"message":{"role":"assistant","content":"@TEXT@"},"logprobs":null,"finish_reason":"length"}],)" USAGE;
constexpr char kTgiWholeText[] =
    R"({"object":"text_completion","id":"","created":@CREATED@,"model":"@MODEL@","system_fingerprint":"3.3.5-native","choices":[{"index":0,"text":"@TEXT@","logprobs":null,"finish_reason":"length"}],)" USAGE;
constexpr char kSglRole[] = SGL_CHAT
    R"([{"index":0,"delta":{"role":"assistant","content":"","reasoning_content":null,"tool_calls":null},)" TAIL
        NO_USAGE END;
constexpr char kSglToken[] = SGL_CHAT
    R"([{"index":0,"delta":{"role":null,"content":"@TEXT@","reasoning_content":null,"tool_calls":null},)" TAIL
        NO_USAGE END;
constexpr char kSglFinish[] = SGL_CHAT
    R"([{"index":0,"delta":{"role":null,"content":null,"reasoning_content":null,"tool_calls":null},)" LAST
        NO_USAGE END;
constexpr char kSglUsage[] = SGL_CHAT "[]," USAGE END;
constexpr char kSglTextToken[] = SGL_TEXT R"([{"index":0,"text":"@TEXT@",)" TAIL NO_USAGE END;
constexpr char kSglTextLast[] = SGL_TEXT R"([{"index":0,"text":"@TEXT@",)" LAST NO_USAGE END;
constexpr char kSglTextUsage[] = SGL_TEXT "[]," USAGE END;
constexpr char kSglError[] =
    R"(data: {"error":{"object":"error","message":"Internal server error","type":"InternalServerError","param":null,"code":500}})" END
    "data: [DONE]" END;
constexpr char kSglWholeChat[] =
    R"({"id":"@ID@","object":"chat.completion","created":@CREATED@,"model":"@MODEL@","choices":[{"index":0,"message":{"role":"assistant","content":"@TEXT@","reasoning_content":null,"tool_calls":null},"logprobs":null,"finish_reason":"length","matched_stop":null}],)" USAGE;
constexpr char kSglWholeText[] =
    R"({"id":"@ID@","object":"text_completion","created":@CREATED@,"model":"@MODEL@","choices":[{"index":0,"text":"@TEXT@","logprobs":null,"finish_reason":"length","matched_stop":null}],)" USAGE;
constexpr char kDone[] = "data: [DONE]" END;

}  // namespace

const Profile kTgiProfile = {
    .name = "tgi",
    .stream_head =
        "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncache-control: no-cache\r\n"
        "x-accel-buffering: no\r\nx-compute-type: cpu\r\ntransfer-encoding: chunked\r\n"
        "date: @DATE@\r\n\r\n",
    .ndjson_head = "",
    .head =
        "HTTP/1.1 @STATUS@\r\ncontent-type: @TYPE@\r\ncontent-length: @LENGTH@\r\n"
        "date: @DATE@\r\n",
    .json_type = "application/json",
    .chat = {.frames = {"", kTgiToken, kTgiLast, "", ""},
             .frames_with_usage = {"", kTgiToken, kTgiLast, "", kTgiUsage},
             .terminal = kDone,
             .whole = kTgiWholeChat,
             .error = kTgiError},
    .completion = {.frames = {"", kTgiTextToken, kTgiTextLast, "", ""},
                   .frames_with_usage = {"", kTgiTextToken, kTgiTextLast, "", ""},
                   .terminal = kDone,
                   .whole = kTgiWholeText,
                   .error = kTgiError},
    .ollama_chat = {},
    .ollama_generate = {},
    .messages = {},
    .busy = {429, R"({"error":"Model is overloaded","error_type":"overloaded"})"},
    .loading = {503, R"({"error":"unhealthy","error_type":"healthcheck"})"},
    .broken =
        {424,
         R"({"error":"Request failed during generation: Server error","error_type":"generation"})"},
    .head_time = HeadTime::kAtOnce,
    .role_joins_first_token = false,
    .end_in_one_chunk = false,
    .usage_joins_finish = false,
    .closes_after_stream = false,
    .closes_after_error = false,
    .hears_leaving = true,
    .idle_close_ms = 0,
};

const Profile kSglangProfile = {
    .name = "sglang",
    .stream_head =
        "HTTP/1.1 200 OK\r\ndate: @DATE@\r\nserver: uvicorn\r\ncontent-type: "
        "text/event-stream; charset=utf-8\r\ntransfer-encoding: chunked\r\n\r\n",
    .ndjson_head = "",
    .head =
        "HTTP/1.1 @STATUS@\r\ndate: @DATE@\r\nserver: uvicorn\r\ncontent-length: @LENGTH@\r\n"
        "content-type: @TYPE@\r\n",
    .json_type = "application/json",
    .chat = {.frames = {kSglRole, kSglToken, "", kSglFinish, ""},
             .frames_with_usage = {kSglRole, kSglToken, "", kSglFinish, kSglUsage},
             .terminal = kDone,
             .whole = kSglWholeChat,
             .error = kSglError},
    .completion = {.frames = {"", kSglTextToken, kSglTextLast, "", ""},
                   .frames_with_usage = {"", kSglTextToken, kSglTextLast, "", kSglTextUsage},
                   .terminal = kDone,
                   .whole = kSglWholeText,
                   .error = kSglError},
    .ollama_chat = {},
    .ollama_generate = {},
    .messages = {},
    .busy =
        {503,
         R"({"object":"error","message":"The request queue is full.","type":"ServiceUnavailableError","param":null,"code":503})"},
    .loading = {503, ""},
    .broken =
        {500,
         R"({"object":"error","message":"Internal server error","type":"InternalServerError","param":null,"code":500})"},
    .head_time = HeadTime::kAtFirstToken,
    .role_joins_first_token = false,
    .end_in_one_chunk = false,
    .usage_joins_finish = false,
    .closes_after_stream = false,
    .closes_after_error = false,
    .hears_leaving = true,
    .idle_close_ms = 5000,
};

}  // namespace banto::perf
