// How the values of [[models]] are read: models, shares, members of requests. Lives for one load;
// main thread.
#ifndef BANTO_CONF_MODEL_VALUES_H_
#define BANTO_CONF_MODEL_VALUES_H_

#include <type_traits>
#include <vector>

#include "conf/error_list.h"
#include "conf/model_rule.h"
#include "conf/toml_value.h"

namespace banto::conf {

template <typename Value>
inline constexpr bool IsModelValue =
    std::is_same_v<Value, ModelChoice> || std::is_same_v<Value, std::vector<ModelChoice>> ||
    std::is_same_v<Value, std::vector<SplitChoice>> || std::is_same_v<Value, JsonMembers>;

// "model", or { worker = "name", model = "model" }. Each returns whether it set its target, and
// reports errors; `value` is of the schema's type.
bool ReadModelValue(const TomlValue& value, ErrorList* errors, ModelChoice* out);
bool ReadModelValue(const TomlValue& value, ErrorList* errors, std::vector<ModelChoice>* out);
bool ReadModelValue(const TomlValue& value, ErrorList* errors, std::vector<SplitChoice>* out);
bool ReadModelValue(const TomlValue& value, ErrorList* errors, JsonMembers* out);

}  // namespace banto::conf

#endif  // BANTO_CONF_MODEL_VALUES_H_
