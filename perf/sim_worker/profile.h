// How each engine spells its answers: text with @PLACES@ to fill in. Data only. vLLM, llama.cpp and
// Ollama as recorded (tests/captures), TGI and SGLang as documented.
// Places: @ID@ @MODEL@ @CREATED@ @TIME@ @DATE@ @TEXT@ @PROMPT@ @COMPLETION@ @TOTAL@ @LENGTH@, and
// of engines that remember prompts @DETAILS@ (a member of the usage) and @DETAIL@ (its value).
#ifndef BANTO_PERF_SIM_WORKER_PROFILE_H_
#define BANTO_PERF_SIM_WORKER_PROFILE_H_

#include <cstdint>
#include <string_view>

#include "perf/sim_worker/ask.h"

namespace banto::perf {

// The frames of a streamed answer, in order; an empty one is not sent.
struct Frames {
  std::string_view role;    // before the first token
  std::string_view token;   // with @TEXT@
  std::string_view last;    // the last token, if it differs
  std::string_view finish;  // after the last token
  std::string_view usage;
};

// One API as spoken by one engine.
struct ApiSpelling {
  Frames frames;             // of a stream
  Frames frames_with_usage;  // of one with usage requested
  std::string_view terminal;
  std::string_view whole;  // an answer that is not streamed
  std::string_view error;  // in mid-stream, with the terminal if the engine sends one
};

struct Refusal {
  int status;
  std::string_view body;
};

// When the 200 of a stream is sent.
enum class HeadTime : uint8_t {
  kAtOnce,        // before admission: 200 proves nothing
  kAtSlot,        // when it leaves the queue
  kAtFirstToken,  // together with the first token
};

struct Profile {
  std::string_view name;
  std::string_view stream_head, ndjson_head;  // 200
  std::string_view head;                      // of other answers: @STATUS@, @TYPE@, @LENGTH@
  std::string_view json_type;
  // Unsupported ones have no `whole`.
  ApiSpelling chat, completion, ollama_chat, ollama_generate, messages;
  Refusal busy, loading, broken;
  HeadTime head_time;
  bool role_joins_first_token;  // in one chunk
  bool end_in_one_chunk;        // finish, usage and terminal
  bool usage_joins_finish;      // in one chunk
  bool closes_after_stream;
  bool closes_after_error;
  bool hears_leaving;  // notices when the client of an unstreamed answer leaves; otherwise all
                       // tokens are generated
  int64_t idle_close_ms;
};

const Profile* FindProfile(std::string_view name);  // nullptr: no such engine
const ApiSpelling& SpellingOf(const Profile& profile, Api api);

extern const Profile kVllmProfile, kLlamaCppProfile, kOllamaProfile, kTgiProfile, kSglangProfile;

}  // namespace banto::perf

#endif  // BANTO_PERF_SIM_WORKER_PROFILE_H_
