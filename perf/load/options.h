// What the load client is told on its command line.
#ifndef BANTO_PERF_LOAD_OPTIONS_H_
#define BANTO_PERF_LOAD_OPTIONS_H_

#include <cstdint>
#include <string>
#include <vector>

namespace banto::perf {

struct LoadOptions {
  int64_t port = 8080;       // on loopback
  int64_t connections = 16;  // each asks again as soon as it has its answer
  int64_t requests = 0;      // in all; 0: as many as fit into the time
  double seconds = 5;        // then nothing new is asked
  double rate = 0;           // requests a second of all together; 0: as in the line above
  double timeout_s = 60;     // for one answer
  int64_t distinct = 0;      // prompts in turn; 0: no two alike
  int64_t prompt_bytes = 1024;
  int64_t tokens = 16;     // of each answer
  int64_t stream = 0;      // 1: streamed
  int64_t usage = 0;       // 1: streams are asked for their usage
  int64_t spellings = 1;   // 2: every other time the same JSON in another order; 0: in another
                           // order each time, and no two with the same bytes
  double abort_share = 0;  // of the requests that are left in the middle
  int64_t seed = 1;
  int64_t hold = 0;          // 1: the connections stay open until standard input ends
  std::string salt;          // makes prompts unlike those of other runs; empty: the time
  std::string api = "chat";  // chat | completion | ollama
  std::string model = "sim-model";
  std::vector<std::string> headers;  // "Name: value"
};

// Ends the program when the words make no sense.
LoadOptions ParseLoadOptions(int argc, char** argv);

}  // namespace banto::perf

#endif  // BANTO_PERF_LOAD_OPTIONS_H_
