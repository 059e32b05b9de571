// A request's body as a [[models]] entry makes it for the workers. Pure.
#ifndef BANTO_PROXY_QUESTION_EDITED_BODY_H_
#define BANTO_PROXY_QUESTION_EDITED_BODY_H_

#include <string>
#include <string_view>
#include <vector>

#include "conf/model_rule.h"
#include "proxy/json/json_scan.h"

namespace banto {

// Of a [[models]] entry.
struct BodyEdits {
  const conf::JsonMembers &set, &defaults;
  const std::vector<std::string>& strip;
};

// The body's members, of a scan that is kOk, in their order: those named "model" with this value
// (`name_too`: also "name", as in Ollama's small requests), without those that are stripped or set;
// then the model if none was named, those that are set, and the defaults of those that are not
// there. Values that nobody touches keep their bytes.
std::string EditedBody(const json::JsonScan& scan, const BodyEdits& edits, std::string_view model,
                       bool name_too);

}  // namespace banto

#endif  // BANTO_PROXY_QUESTION_EDITED_BODY_H_
