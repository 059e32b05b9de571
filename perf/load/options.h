// The options of the load client.
#ifndef BANTO_PERF_LOAD_OPTIONS_H_
#define BANTO_PERF_LOAD_OPTIONS_H_

#include <cstdint>
#include <string>
#include <vector>

namespace banto::perf {

struct LoadOptions {
  int64_t port = 8080;       // on loopback
  int64_t connections = 16;  // each sends the next request on receiving an answer
  int64_t requests = 0;      // in total; 0: as many as possible in the time
  double seconds = 5;        // after that nothing new is sent
  double rate = 0;           // total requests per second; 0: closed loop
  double timeout_s = 60;     // per answer
  int64_t distinct = 0;      // prompts used in turn; 0: all different
  double zipf = 0;           // > 0: … drawn instead, the k-th with a weight of 1/k^zipf
  int64_t burst = 1;         // times that each drawn one is asked in a row
  int64_t prompt_bytes = 1024;
  int64_t tokens = 16;     // per answer
  int64_t stream = 0;      // 1: streamed; 2: drawn for each request
  int64_t usage = 0;       // 1: streams request their usage
  int64_t spellings = 1;   // 2: alternates between two orders of the same JSON; 0: another order
                           // each time, never the same bytes twice
  double abort_share = 0;  // of requests, left half-way
  int64_t seed = 1;
  int64_t hold = 0;          // 1: keeps the connections open until standard input ends
  std::string salt;          // distinguishes the prompts of different runs; empty: the time
  std::string api = "chat";  // chat | completion | ollama | messages
  std::string model = "sim-model";
  std::string trace;                 // a log of requests that are sent at their times instead
  double speed = 1;                  // of these times
  std::string rows;                  // a file: a line for each of them
  std::vector<std::string> headers;  // "Name: value"
};

// Exits if the options are invalid.
LoadOptions ParseLoadOptions(int argc, char** argv);

}  // namespace banto::perf

#endif  // BANTO_PERF_LOAD_OPTIONS_H_
