// How far a request's body tells which model is meant. Engines read bodies differently (a mark
// before the JSON, lone surrogates, a key that comes twice or in capitals), so what we cannot read
// as all of them do is theirs to judge, as long as it cannot lead astray. Pure.
#ifndef BANTO_PROXY_QUESTION_BODY_READING_H_
#define BANTO_PROXY_QUESTION_BODY_READING_H_

#include <string>
#include <string_view>

#include "proxy/json/json_scan.h"
#include "proxy/routing/snapshot.h"

namespace banto {

enum class BodyReading : uint8_t {
  kClear,      // every engine finds the same model in it, or none
  kAmbiguous,  // its `model` comes twice, or in another spelling that some engines take for it
  kUnread,     // no JSON object, or not read to its end
};

// Scans `body` into `scan`, a byte order mark left out. `canonical`: for a cache key.
BodyReading ReadBody(std::string_view body, bool canonical, json::JsonScan* scan);

// Why its answer is not cached, in a word; nullptr: nothing in its form is in the way.
const char* BodyTrouble(std::string_view body, const json::JsonScan& scan);

// "model" and "Model", as they stand in an ambiguous body.
std::string ModelSpellings(const json::JsonScan& scan);

// The group that gets a request of this API whatever its model is; nullptr: there are several,
// or more may come.
const upstream::WorkerGroup* OnlyGroup(const Snapshot& snapshot,
                                       const api::OperationInfo& operation);

// Whether a worker of the group is sent a key of ours, or bills: it is told nothing of which
// engines differ on what it asks for.
bool HoldsKeyOrBills(const upstream::WorkerGroup& group);

// Whether a body without a model may be in the form of an API that has none: members of OpenAI's
// and Cohere's forms say otherwise.
bool MayBeNative(const json::JsonScan& scan);

}  // namespace banto

#endif  // BANTO_PROXY_QUESTION_BODY_READING_H_
