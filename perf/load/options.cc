#include "perf/load/options.h"

#include <cstdio>
#include <cstdlib>

#include "perf/common/flags.h"

namespace banto::perf {

LoadOptions ParseLoadOptions(int argc, char** argv) {
  LoadOptions options;
  Flags flags(
      "load: asks a proxy in front of sim_worker, checks every answer against its prompt, prints "
      "one JSON object. Exit 1: an answer was wrong, or cut short and passed off as whole.");
  flags.Add("port", &options.port, "on loopback");
  flags.Add("connections", &options.connections, "each with one request at a time");
  flags.Add("requests", &options.requests, "in all; 0 is as many as fit into the time");
  flags.Add("seconds", &options.seconds, "then nothing new is asked");
  flags.Add("rate", &options.rate, "requests a second in all; 0: each connection asks at once");
  flags.Add("hold", &options.hold, "1: then keeps its connections until standard input ends");
  flags.Add("timeout", &options.timeout_s, "seconds for one answer");
  flags.Add("distinct", &options.distinct, "prompts, in turn; 0: no two alike");
  flags.Add("zipf", &options.zipf,
            "draws from these instead, the k-th with a weight of 1/k^zipf; 0: in turn");
  flags.Add("burst", &options.burst, "times that each drawn prompt is asked in a row");
  flags.Add("prompt-bytes", &options.prompt_bytes, "of each prompt");
  flags.Add("tokens", &options.tokens, "of each answer");
  flags.Add("stream", &options.stream, "1: streamed answers; 2: every other one, by chance");
  flags.Add("usage", &options.usage, "1: with stream_options.include_usage");
  flags.Add("spellings", &options.spellings,
            "2: every other time in another order of members; 0: in another order, never the same "
            "bytes twice");
  flags.Add("abort", &options.abort_share, "share of the requests left in the middle");
  flags.Add("seed", &options.seed, "of the prompts");
  flags.Add("salt", &options.salt, "of prompts that are all different; the time when left out");
  flags.Add("api", &options.api, "chat | completion | ollama | messages");
  flags.Add("model", &options.model, "the model asked for");
  flags.Add("trace", &options.trace,
            "sends this log's requests at their times (--seconds is no end)");
  flags.Add("speed", &options.speed, "of the log's times");
  flags.Add("rows", &options.rows, "a file with a line for each of the log's requests");
  flags.Add("header", &options.headers, "\"Name: value\", may be repeated");
  flags.Parse(argc, argv);
  const bool known = options.api == "chat" || options.api == "completion" ||
                     options.api == "ollama" || options.api == "messages";
  if (!known || options.connections < 1 || options.tokens < 1 || options.seconds <= 0 ||
      options.rate < 0 || options.burst < 1 || options.zipf < 0 || options.speed <= 0 ||
      (options.zipf > 0 && (options.distinct == 0 || options.spellings == 0)) ||
      (options.stream == 2 && options.zipf == 0)) {
    std::fprintf(stderr, "not understood: see --help\n");
    std::exit(2);
  }
  return options;
}

}  // namespace banto::perf
