// What the engines' own generation answers: llama.cpp's /completion and /infill, TGI's /generate
// and SGLang's. Streamed and whole they are made of the same objects. Pure.
#ifndef BANTO_PROXY_API_NATIVE_GENERATION_H_
#define BANTO_PROXY_API_NATIVE_GENERATION_H_

#include <cstdint>
#include <memory>
#include <string_view>

#include "proxy/api/answer_reader.h"
#include "proxy/api/json_text.h"
#include "proxy/api/stream_reader.h"

namespace banto::api::native {

// One object: a part of a text, its end, or all of it.
struct Generation {
  enum class Engine : uint8_t { kUnknown, kLlamaCpp, kTgi, kSglang };
  enum class End : uint8_t { kNone, kGood, kLength, kOther };
  Engine engine = Engine::kUnknown;
  End end = End::kNone;
  bool says = false;  // holds generated text or tokens
  bool is_json = false;
  bool utf8_ok = false;
  bool is_error = false;
  int64_t index = 0;  // of several texts
  RawJson id;         // without its quotes; of one text only
  Usage usage;
};
Generation ReadGeneration(std::string_view text);

// A Dialect's check_whole and read_stream.
Completeness CheckGenerations(const RequestExpectations& expectations, std::string_view body,
                              FrameVerdict* spans, Usage* usage);
std::unique_ptr<StreamReader> ReadGenerations(const RequestExpectations& expectations);

}  // namespace banto::api::native

#endif  // BANTO_PROXY_API_NATIVE_GENERATION_H_
