// Ollama 0.6.8 as recorded in tests/captures/ollama: every chunk repeats the role, the end is one
// chunk, and on /v1 an error in mid-stream is swallowed (an empty chunk, then nothing).
#include "perf/sim_worker/profile.h"

#define CHAT \
  R"(data: {"id":"chatcmpl-@ID@","object":"chat.completion.chunk","created":@CREATED@,"model":"@MODEL@","system_fingerprint":"fp_ollama","choices":)"
#define DELTA CHAT R"([{"index":0,"delta":{"role":"assistant","content":")"
#define TEXT R"(data: {"id":"cmpl-@ID@","object":"text_completion","created":@CREATED@,"choices":)"
#define MODEL R"("model":"@MODEL@","system_fingerprint":"fp_ollama")"
#define ZERO R"(,"usage":{"prompt_tokens":0,"completion_tokens":0,"total_tokens":0}})"
#define USAGE \
  R"("usage":{"prompt_tokens":@PROMPT@,"completion_tokens":@COMPLETION@,"total_tokens":@TOTAL@}})"
#define LINE R"({"model":"@MODEL@","created_at":"@TIME@",)"
#define TIMES \
  R"("total_duration":2771312901,"load_duration":44014156,"prompt_eval_count":@PROMPT@,"prompt_eval_duration":266697907,"eval_count":@COMPLETION@,"eval_duration":2460068233})"
#define END "\n\n"

namespace banto::perf {
namespace {

constexpr char kToken[] = DELTA R"(@TEXT@"},"finish_reason":null}]})" END;
constexpr char kFinish[] = DELTA R"("},"finish_reason":"length"}]})" END;
constexpr char kUsage[] = CHAT "[]," USAGE END;
constexpr char kTextToken[] =
    TEXT R"([{"text":"@TEXT@","index":0,"finish_reason":null}],)" MODEL "}" END;
constexpr char kTextFinish[] =
    TEXT R"([{"text":"","index":0,"finish_reason":"length"}],)" MODEL "}" END;
constexpr char kTextTokenZero[] =
    TEXT R"([{"text":"@TEXT@","index":0,"finish_reason":null}],)" MODEL ZERO END;
constexpr char kTextFinishZero[] =
    TEXT R"([{"text":"","index":0,"finish_reason":"length"}],)" MODEL ZERO END;
constexpr char kTextUsage[] = TEXT "[]," MODEL "," USAGE END;
constexpr char kDone[] = "data: [DONE]" END;
constexpr char kSwallowed[] = DELTA R"("},"finish_reason":null}]})" END;
constexpr char kTextSwallowed[] =
    TEXT R"([{"text":"","index":0,"finish_reason":null}],)" MODEL "}" END;
constexpr char kWholeChat[] =
    R"({"id":"chatcmpl-@ID@","object":"chat.completion","created":@CREATED@,"model":"@MODEL@","system_fingerprint":"fp_ollama","choices":[{"index":0,"message":{"role":"assistant","content":"@TEXT@"},"finish_reason":"length"}],)" USAGE
    "\n";
constexpr char kWholeText[] =
    R"({"id":"cmpl-@ID@","object":"text_completion","created":@CREATED@,"model":"@MODEL@","system_fingerprint":"fp_ollama","choices":[{"text":"@TEXT@","index":0,"finish_reason":"length"}],)" USAGE
    "\n";
constexpr char kLineToken[] =
    LINE R"("message":{"role":"assistant","content":"@TEXT@"},"done":false})"
         "\n";
constexpr char kLineFinish[] = LINE
    R"("message":{"role":"assistant","content":""},"done_reason":"length","done":true,)" TIMES "\n";
constexpr char kLineWhole[] = LINE
    R"("message":{"role":"assistant","content":"@TEXT@"},"done_reason":"length","done":true,)" TIMES;
constexpr char kResponseToken[] = LINE R"("response":"@TEXT@","done":false})"
                                       "\n";
constexpr char kResponseFinish[] = LINE
    R"("response":"","done":true,"done_reason":"length","context":[14946,3324,496],)" TIMES "\n";
constexpr char kResponseWhole[] = LINE
    R"("response":"@TEXT@","done":true,"done_reason":"length","context":[14946,3324,496],)" TIMES;
constexpr char kLineError[] = R"({"error":"an error was encountered while running the model"})"
                              "\n";

}  // namespace

const Profile kOllamaProfile = {
    .name = "ollama",
    .stream_head =
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nDate: @DATE@\r\n"
        "Transfer-Encoding: chunked\r\n\r\n",
    .ndjson_head =
        "HTTP/1.1 200 OK\r\nContent-Type: application/x-ndjson\r\nDate: @DATE@\r\n"
        "Transfer-Encoding: chunked\r\n\r\n",
    .head =
        "HTTP/1.1 @STATUS@\r\nContent-Type: @TYPE@\r\nDate: @DATE@\r\n"
        "Content-Length: @LENGTH@\r\n",
    .json_type = "application/json",
    .chat = {.frames = {"", kToken, "", kFinish, ""},
             .frames_with_usage = {"", kToken, "", kFinish, kUsage},
             .terminal = kDone,
             .whole = kWholeChat,
             .error = kSwallowed},
    .completion = {.frames = {"", kTextToken, "", kTextFinish, ""},
                   .frames_with_usage = {"", kTextTokenZero, "", kTextFinishZero, kTextUsage},
                   .terminal = kDone,
                   .whole = kWholeText,
                   .error = kTextSwallowed},
    .ollama_chat = {.frames = {"", kLineToken, "", kLineFinish, ""},
                    .frames_with_usage = {"", kLineToken, "", kLineFinish, ""},
                    .terminal = "",
                    .whole = kLineWhole,
                    .error = kLineError},
    .ollama_generate = {.frames = {"", kResponseToken, "", kResponseFinish, ""},
                        .frames_with_usage = {"", kResponseToken, "", kResponseFinish, ""},
                        .terminal = "",
                        .whole = kResponseWhole,
                        .error = kLineError},
    .messages = {},
    .busy = {503,
             R"({"error":"server busy, please try again.  maximum pending requests exceeded"})"},
    .loading = {503, R"({"error":"llm server loading model"})"},
    .broken = {500, R"({"error":"an error was encountered while running the model"})"},
    .head_time = HeadTime::kAtFirstToken,
    .role_joins_first_token = false,
    .end_in_one_chunk = true,
    .usage_joins_finish = true,
    .closes_after_stream = false,
    .closes_after_error = false,
    .hears_leaving = true,
    .idle_close_ms = 0,
};

}  // namespace banto::perf
