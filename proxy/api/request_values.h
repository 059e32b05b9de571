// What the members of a request hold, as the APIs write it. Raw values are JSON as it was sent,
// empty when the member is absent or null. Pure.
#ifndef BANTO_PROXY_API_REQUEST_VALUES_H_
#define BANTO_PROXY_API_REQUEST_VALUES_H_

#include <string_view>

#include "proxy/json/json_scan.h"

namespace banto::api {

// Of a member of the request, and of a member of a raw object (`options`, `stream_options`).
std::string_view ValueOf(const json::JsonScan& scan, json::JsonField field);
std::string_view ValueIn(std::string_view object, std::string_view wanted);

// How many prompts or inputs there are: a string is one, and so is a list of token ids.
int CountInputs(std::string_view raw);

bool IsPositive(std::string_view raw);

// Whether the same request may be answered in different ways. Seeds below zero mean "at random" to
// llama.cpp and Ollama.
bool IsSampled(std::string_view temperature, std::string_view seed);

}  // namespace banto::api

#endif  // BANTO_PROXY_API_REQUEST_VALUES_H_
