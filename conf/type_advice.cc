#include "conf/type_advice.h"
#include "proxy/base/ascii.h"

#include <algorithm>
#include <cctype>

namespace banto::conf {
namespace {

std::string Write(const KeyRule& rule, std::string_view right) {
  return "write " + std::string(rule.name) + " = " + std::string(right);
}

std::string Quoted(std::string_view text) { return "\"" + std::string(text) + "\""; }

bool IsNumber(std::string_view text) {
  return !text.empty() && text.size() < 10 &&
         text.find_first_not_of("0123456789") == std::string_view::npos;
}

// An example in the schema's notation: the default, or a value in the middle of the allowed range.
std::string_view Example(const KeyRule& rule) {
  if (rule.default_text.size() > 3) return rule.default_text;
  return rule.type == KeyType::kSize ? "\"64MiB\"" : "\"30s\"";
}

// A key of the table that nobody writes for its own sake.
std::string TableExample(const KeyRule& rule) {
  if (rule.name == "mirror") return "{ model = \"model\", share = 0.05 }";
  if (rule.name.ends_with("price")) return "{ input = 0.80, output = 4.00 }";
  return rule.name == "timeouts" ? "{ first_byte = \"60s\" }" : "{ ttl = \"60s\" }";
}

bool InSeconds(const KeyRule& rule, int64_t seconds) {
  return seconds <= rule.max / 1000 && seconds * 1000 >= rule.min;
}

std::string CorrectedBoolean(const KeyRule& rule, const TomlValue& value) {
  std::string meant = MeantBoolean(value.text);
  if (value.type == TomlValue::Type::kInteger) {
    if (value.integer == 1) meant = "true";
    if (value.integer == 0) meant = "false";
  }
  return meant.empty() ? meant : Write(rule, meant);
}

}  // namespace

std::string MeantBoolean(std::string_view word) {
  const std::string small = base::Lowered(word);
  if (small == "true" || small == "yes" || small == "on") return "true";
  return small == "false" || small == "no" || small == "off" ? "false" : "";
}

std::string JoinNames(const std::vector<std::string_view>& names) {
  std::string joined;
  for (std::string_view name : names) joined.append(joined.empty() ? "" : ", ").append(name);
  return joined;
}

std::string DescribeRange(const KeyRule& rule) {
  if (rule.type == KeyType::kDuration) {
    return Quoted(FormatDurationMs(rule.min)) + " to " + Quoted(FormatDurationMs(rule.max));
  }
  if (rule.type == KeyType::kSize) {
    return Quoted(FormatSizeBytes(static_cast<uint64_t>(rule.min))) + " to " +
           Quoted(FormatSizeBytes(static_cast<uint64_t>(rule.max)));
  }
  return std::to_string(rule.min) + " to " + std::to_string(rule.max);
}

std::string RangeAdvice(const KeyRule& rule) {
  const std::string advice = "write " + DescribeRange(rule);
  // In nginx and Redis a lifetime of 0 means none.
  const bool is_ttl = rule.section == "cache" && rule.name == "ttl";
  return is_ttl ? advice + "; enabled = false turns caching off" : advice;
}

std::string ExpectedType(const KeyRule& rule) {
  const std::string name = Quoted(rule.name);
  switch (rule.type) {
    case KeyType::kDuration:
      return "a duration is a string";
    case KeyType::kSize:
      return "a size is a string";
    case KeyType::kBoolean:
      return name + " is true or false";
    case KeyType::kInteger:
      return name + " is a whole number";
    case KeyType::kTexts:
      return name + " is a list of strings";
    case KeyType::kTextTable:
    case KeyType::kTable:
    case KeyType::kShares:
    case KeyType::kJsonTable:
      return name + " is a table";
    case KeyType::kNumber:
      return name + " is a number";
    case KeyType::kModel:
      return name + " is a model's name, or a table of worker and model";
    case KeyType::kModels:
      return name + " is a list of models";
    default:
      return name + " is a string";
  }
}

std::string CorrectedValue(const KeyRule& rule, const TomlValue& value) {
  const bool plain = rule.secrecy == Secrecy::kPlain;
  const bool is_integer = value.type == TomlValue::Type::kInteger && value.integer >= 0;
  const std::string number = std::to_string(value.integer);
  switch (rule.type) {
    case KeyType::kDuration:
      if (!is_integer) return Write(rule, Example(rule));
      if (!InSeconds(rule, value.integer)) return RangeAdvice(rule);
      return Write(rule, Quoted(number == "0" ? number : number + "s"));
    case KeyType::kSize:
      return Write(rule, is_integer && value.integer >= 1024
                             ? Quoted(FormatSizeBytes(static_cast<uint64_t>(value.integer)))
                             : Example(rule));
    case KeyType::kBoolean:
      return CorrectedBoolean(rule, value);
    case KeyType::kInteger:
      return IsNumber(value.text) ? Write(rule, value.text) : std::string();
    case KeyType::kTexts:
      return value.type == TomlValue::Type::kString && plain
                 ? Write(rule, "[" + Quoted(value.text) + "]")
                 : Write(rule, "[\"…\"]");
    case KeyType::kTextTable:
      return Write(rule, "{ \"name\" = \"value\" }");
    case KeyType::kTable:
      return Write(rule, TableExample(rule));
    case KeyType::kNumber:
      return IsNumber(value.text) ? Write(rule, value.text) : std::string();
    case KeyType::kModel:
      return Write(rule, "\"model\", or { worker = \"name\", model = \"model\" }");
    case KeyType::kModels:
      return value.type == TomlValue::Type::kString ? Write(rule, "[" + Quoted(value.text) + "]")
                                                    : Write(rule, "[\"model\"]");
    case KeyType::kShares:
      return Write(rule, "{ \"model\" = 90, \"other\" = 10 }");
    case KeyType::kJsonTable:
      return Write(rule, "{ temperature = 0.2 }");
    default:
      return is_integer && plain ? Write(rule, Quoted(number)) : Write(rule, "\"…\"");
  }
}

std::string QuantityProblem(const KeyRule& rule, ParseProblem problem) {
  const std::string what = rule.type == KeyType::kSize ? "a size" : "a duration";
  return problem == ParseProblem::kNoUnit ? what + " needs a unit"
                                          : what + " is a number and a unit";
}

std::string CorrectedQuantity(const KeyRule& rule, ParseProblem problem, const std::string& text) {
  if (problem == ParseProblem::kNoUnit && IsNumber(text)) {
    return Write(rule, Quoted(text + (rule.type == KeyType::kSize ? "B" : "s")));
  }
  const char* units =
      rule.type == KeyType::kSize ? "B, KiB, MiB, GiB, KB, MB or GB" : "ms, s, m, h or d";
  return Write(rule, Example(rule)) + "; units are " + units;
}

}  // namespace banto::conf
