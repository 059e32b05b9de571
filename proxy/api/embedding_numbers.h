// A vector as JSON numbers, and as OpenAI's base64 of its 32-bit floats, the lowest byte first.
// Pure.
#ifndef BANTO_PROXY_API_EMBEDDING_NUMBERS_H_
#define BANTO_PROXY_API_EMBEDDING_NUMBERS_H_

#include <string>
#include <string_view>

#include "proxy/api/json_text.h"

namespace banto::api {

// Whether a row of an answer is a vector: numbers, at least one, or the base64 of finite floats.
bool AreNumbers(RawJson row);

// Appends `[0.5,-1]`: the shortest numbers that are these floats. `[]` where `base64` is none.
void AppendNumbers(JsonText base64, std::string* json);

// Appends the base64 of an array of numbers, without quotes. Nothing where it is no such array.
void AppendBase64(RawJson numbers, std::string* text);

// Appends the bytes of a row's floats: of its numbers the nearest, of its base64 what it encodes.
// False: it is no vector of finite 32-bit floats.
bool ReadFloats(RawJson row, std::string* floats);

// … and writes them as numbers, and as base64 without quotes.
void WriteNumbers(std::string_view floats, std::string* json);
void WriteBase64(std::string_view floats, std::string* text);

}  // namespace banto::api

#endif  // BANTO_PROXY_API_EMBEDDING_NUMBERS_H_
