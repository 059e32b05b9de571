// Whether a request's body identifies its model. Engines parse bodies differently (a mark before
// the JSON, lone surrogates, keys that are repeated or capitalised), so what not all of them read
// alike is left to the engine, as long as it cannot be misrouted. Pure.
#ifndef BANTO_PROXY_QUESTION_BODY_READING_H_
#define BANTO_PROXY_QUESTION_BODY_READING_H_

#include <string>
#include <string_view>

#include "proxy/json/json_scan.h"
#include "proxy/routing/snapshot.h"

namespace banto {

enum class BodyReading : uint8_t {
  kClear,      // every engine finds the same model, or none
  kAmbiguous,  // `model` is repeated, or in a spelling that only some engines accept
  kUnread,     // not a JSON object, or not parsed to its end
};

// Scans `body` into `scan`, skipping a byte order mark. `canonical`: for a cache key.
BodyReading ReadBody(std::string_view body, bool canonical, json::JsonScan* scan);

// Why the form of the body prevents caching, as one word; nullptr: it does not.
const char* BodyTrouble(std::string_view body, const json::JsonScan& scan);

// "model" and "Model", as spelt in an ambiguous body.
std::string ModelSpellings(const json::JsonScan& scan);

// The group that gets a request of this API whatever its model is; nullptr: there are several,
// or more may come.
const upstream::WorkerGroup* OnlyGroup(const Snapshot& snapshot,
                                       const api::OperationInfo& operation);

// Whether every worker of the group takes the operation as the client wrote it: what cannot be read
// cannot be translated.
bool AllSpeak(const upstream::WorkerGroup& group, const api::OperationInfo& operation);
bool AnySpeaks(const upstream::WorkerGroup& group, const api::OperationInfo& operation);

// Whether a worker of the group receives a key of ours, or bills: then a body that engines read
// differently is not sent to it.
bool HoldsKeyOrBills(const upstream::WorkerGroup& group);

// Whether a body without a model may be in the form of an API that has none: members of OpenAI's
// and Cohere's forms rule that out.
bool MayBeNative(const json::JsonScan& scan);

}  // namespace banto

#endif  // BANTO_PROXY_QUESTION_BODY_READING_H_
