// llama.cpp's server as recorded in tests/captures/llama: closes after every stream and every
// error, and does not notice when the client of an unstreamed answer leaves.
#include "perf/sim_worker/profile.h"

#define CHAT \
  R"(],"created":@CREATED@,"id":"chatcmpl-@ID@","model":"@MODEL@","system_fingerprint":"b0-unknown","object":"chat.completion.chunk")"
#define TEXT \
  R"(],"created":@CREATED@,"model":"@MODEL@","system_fingerprint":"b0-unknown","object":"text_completion")"
#define USAGE \
  R"("usage":{"completion_tokens":@COMPLETION@,"prompt_tokens":@PROMPT@,"total_tokens":@TOTAL@,"prompt_tokens_details":{"cached_tokens":1}})"
#define TIMINGS \
  R"("timings":{"cache_n":1,"prompt_n":@PROMPT@,"prompt_ms":49.383,"prompt_per_token_ms":9.8766,"prompt_per_second":101.24941781584755,"predicted_n":@COMPLETION@,"predicted_ms":222.914,"predicted_per_token_ms":20.26490909090909,"predicted_per_second":49.34638470441516})"
#define END "\n\n"

namespace banto::perf {
namespace {

constexpr char kRole[] =
    R"(data: {"choices":[{"finish_reason":null,"index":0,"delta":{"role":"assistant","content":null}})" CHAT
    "}" END;
constexpr char kToken[] =
    R"(data: {"choices":[{"finish_reason":null,"index":0,"delta":{"content":"@TEXT@"}})" CHAT
    "}" END;
constexpr char kFinish[] =
    R"(data: {"choices":[{"finish_reason":"length","index":0,"delta":{}})" CHAT "," TIMINGS "}" END;
constexpr char kFinishBeforeUsage[] =
    R"(data: {"choices":[{"finish_reason":"length","index":0,"delta":{}})" CHAT "}" END;
constexpr char kUsage[] = R"(data: {"choices":[)" CHAT "," USAGE "," TIMINGS "}" END;
constexpr char kTextToken[] =
    R"(data: {"choices":[{"text":"@TEXT@","index":0,"logprobs":null,"finish_reason":null})" TEXT
    R"(,"id":"chatcmpl-@ID@"})" END;
constexpr char kTextFinish[] =
    R"(data: {"choices":[{"text":"","index":0,"logprobs":null,"finish_reason":"length"})" TEXT
    "," USAGE R"(,"id":"chatcmpl-@ID@",)" TIMINGS "}" END;
constexpr char kDone[] = "data: [DONE]" END;
constexpr char kError[] =
    R"(data: {"error":{"code":500,"message":"Compute error.","type":"server_error"}})" END;
constexpr char kWholeChat[] =
    R"({"choices":[{"finish_reason":"length","index":0,"message":{"role":"assistant","content":"@TEXT@"}}],"created":@CREATED@,"model":"@MODEL@","system_fingerprint":"b0-unknown","object":"chat.completion",)" USAGE
    R"(,"id":"chatcmpl-@ID@",)" TIMINGS "}";
constexpr char kWholeText[] =
    R"({"choices":[{"text":"@TEXT@","index":0,"logprobs":null,"finish_reason":"length"})" TEXT
    "," USAGE R"(,"id":"chatcmpl-@ID@",)" TIMINGS "}";
constexpr char kLoading[] =
    R"({"error":{"code":503,"message":"Loading model","type":"unavailable_error"}})";

}  // namespace

const Profile kLlamaCppProfile = {
    .name = "llamacpp",
    .stream_head =
        "HTTP/1.1 200 OK\r\nServer: llama.cpp\r\nAccess-Control-Allow-Origin: \r\n"
        "X-Accel-Buffering: no\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n"
        "Keep-Alive: timeout=5, max=100\r\n\r\n",
    .ndjson_head = "",
    .head =
        "HTTP/1.1 @STATUS@\r\nServer: llama.cpp\r\nAccess-Control-Allow-Origin: \r\n"
        "Content-Type: @TYPE@\r\nContent-Length: @LENGTH@\r\n",
    .json_type = "application/json; charset=utf-8",
    .chat = {.frames = {kRole, kToken, "", kFinish, ""},
             .frames_with_usage = {kRole, kToken, "", kFinishBeforeUsage, kUsage},
             .terminal = kDone,
             .whole = kWholeChat,
             .error = kError},
    .completion = {.frames = {"", kTextToken, "", kTextFinish, ""},
                   .frames_with_usage = {"", kTextToken, "", kTextFinish, ""},
                   .terminal = kDone,
                   .whole = kWholeText,
                   .error = kError},
    .ollama_chat = {},
    .ollama_generate = {},
    .messages = {},
    .busy = {503,
             R"({"error":{"code":503,"message":"no slot available","type":"unavailable_error"}})"},
    .loading = {503, kLoading},
    .broken = {500, R"({"error":{"code":500,"message":"Compute error.","type":"server_error"}})"},
    .head_time = HeadTime::kAtSlot,
    .role_joins_first_token = true,
    .end_in_one_chunk = false,
    .usage_joins_finish = true,
    .closes_after_stream = true,
    .closes_after_error = true,
    .hears_leaving = false,
    .idle_close_ms = 5000,
};

}  // namespace banto::perf
