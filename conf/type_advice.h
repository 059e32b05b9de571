// Explains a value of the wrong type and suggests what to write instead. Pure; never quotes a
// secret.
#ifndef BANTO_CONF_TYPE_ADVICE_H_
#define BANTO_CONF_TYPE_ADVICE_H_

#include <string>
#include <string_view>
#include <vector>

#include "conf/schema.h"
#include "conf/toml_value.h"
#include "conf/value_parser.h"

namespace banto::conf {

std::string MeantBoolean(std::string_view word);  // "Yes" is "true", "off" "false"; else ""
std::string JoinNames(const std::vector<std::string_view>& names);  // "a, b, c"
std::string DescribeRange(const KeyRule& rule);  // "1 to 1000", "\"1ms\" to \"1h\""

std::string RangeAdvice(const KeyRule& rule);  // what to write for a value out of range

std::string ExpectedType(const KeyRule& rule);  // "a duration is a string"
// "write ttl = \"600s\""; "" if there is nothing to add to the message.
std::string CorrectedValue(const KeyRule& rule, const TomlValue& value);

// Explains a duration or size that is a string but does not parse; `text` is "" if it may not be
// quoted.
std::string QuantityProblem(const KeyRule& rule, ParseProblem problem);
std::string CorrectedQuantity(const KeyRule& rule, ParseProblem problem, const std::string& text);

}  // namespace banto::conf

#endif  // BANTO_CONF_TYPE_ADVICE_H_
