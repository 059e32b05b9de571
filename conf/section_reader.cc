#include "conf/section_reader.h"

#include <algorithm>

#include "conf/borrowed_words.h"
#include "conf/edit_distance.h"
#include "conf/lower.h"
#include "conf/secret_file.h"
#include "conf/type_advice.h"
#include "conf/unknown_key.h"
#include "conf/value_parser.h"

namespace banto::conf {
namespace {

// The one variable of a value that came out empty; it names no secret.
std::string VariableIn(std::string_view text) {
  const size_t begin = text.find("${") + 2;
  return std::string(text.substr(begin, text.find('}', begin) - begin));
}

}  // namespace

SectionReader::SectionReader(std::string_view section, const TomlValue& table,
                             const std::string& base_dir, ErrorList* errors)
    : section_(section), table_(table), base_dir_(base_dir), errors_(errors) {
  CheckKnown();
}

void SectionReader::CheckKnown() const {
  const std::vector<std::string_view> known = KnownNames(section_);
  for (const TomlEntry& entry : table_.entries) {
    if (std::find(known.begin(), known.end(), entry.key) == known.end()) UnknownKey(entry);
  }
}

void SectionReader::UnknownKey(const TomlEntry& entry) const {
  const bool is_section = entry.value.is_section;
  const std::string shown =
      is_section ? "section [" + entry.key + "]" : "key \"" + entry.key + "\"";
  const KeyAdvice advice = AdviceFor(section_, entry.key, is_section);
  errors_->Add(entry.key_place, "unknown " + shown, advice.hint, advice.meant);
}

Place SectionReader::PlaceOf(std::string_view name) const {
  const TomlEntry* entry = table_.Find(name);
  return entry != nullptr ? entry->value.place : table_.place;
}

void SectionReader::Error(std::string_view name, std::string message, std::string hint) const {
  errors_->Add(PlaceOf(name), std::move(message), std::move(hint));
}

void SectionReader::ErrorAt(const Place& place, std::string message, std::string hint) const {
  errors_->Add(place, std::move(message), std::move(hint));
}

const TomlValue* SectionReader::Value(std::string_view name, TomlValue::Type type) const {
  const TomlEntry* entry = table_.Find(name);
  if (entry == nullptr) return nullptr;
  if (entry->value.type == type) return &entry->value;
  WrongType(*FindRule(section_, name), entry->value);
  return nullptr;
}

void SectionReader::WrongType(const KeyRule& rule, const TomlValue& value) const {
  errors_->Add(value.place, ExpectedType(rule), CorrectedValue(rule, value));
}

void SectionReader::OutOfRange(const KeyRule& rule, const TomlValue& value) const {
  errors_->Add(value.place, "\"" + std::string(rule.name) + "\" is out of range",
               RangeAdvice(rule));
}

bool SectionReader::Expand(const TomlValue& value, std::string* out) const {
  std::string expanded, error;
  if (!ExpandEnvironment(value.text, &expanded, &error)) {
    errors_->Add(value.place, error, "set it, or write $${ for a literal ${");
    return false;
  }
  if (expanded.empty() && !value.text.empty()) {
    errors_->Add(value.place, "the environment variable " + VariableIn(value.text) + " is empty",
                 "set it");
    return false;
  }
  if (expanded.find('\0') != std::string::npos) {
    errors_->Add(value.place, "the value contains a NUL byte");
    return false;
  }
  *out = std::move(expanded);
  return true;
}

bool SectionReader::MayQuote(std::string_view name) const {
  const TomlEntry* entry = table_.Find(name);
  const KeyRule* rule = FindRule(section_, name);
  if (entry == nullptr || rule == nullptr || rule->secrecy == Secrecy::kSecret) return false;
  const auto plain = [](const TomlValue& value) {
    return value.text.find("${") == std::string::npos && value.text.find('@') == std::string::npos;
  };
  const auto& items = entry->value.items;
  return plain(entry->value) && std::all_of(items.begin(), items.end(), plain);
}

bool SectionReader::Text(std::string_view name, std::string* out) const {
  const TomlValue* value = Value(name, TomlValue::Type::kString);
  return value != nullptr && Expand(*value, out);
}

bool SectionReader::Boolean(std::string_view name, bool* out) const {
  const TomlValue* value = Value(name, TomlValue::Type::kBoolean);
  if (value != nullptr) *out = value->boolean;
  return value != nullptr;
}

bool SectionReader::Integer(std::string_view name, int* out) const {
  const TomlValue* value = Value(name, TomlValue::Type::kInteger);
  if (value == nullptr) return false;
  const KeyRule& rule = *FindRule(section_, name);
  if (value->integer < rule.min || value->integer > rule.max) {
    OutOfRange(rule, *value);
    return false;
  }
  *out = static_cast<int>(value->integer);
  return true;
}

bool SectionReader::Quantity(std::string_view name, int64_t* out) const {
  const TomlValue* value = Value(name, TomlValue::Type::kString);
  std::string text;
  if (value == nullptr || !Expand(*value, &text)) return false;
  const KeyRule& rule = *FindRule(section_, name);
  int64_t ms = 0;
  uint64_t bytes = 0;
  const bool is_size = rule.type == KeyType::kSize;
  const ParseProblem problem = is_size ? ParseSizeBytes(text, &bytes) : ParseDurationMs(text, &ms);
  const int64_t amount = is_size ? static_cast<int64_t>(bytes) : ms;
  const bool in_range = amount >= rule.min && amount <= rule.max;
  if (problem == ParseProblem::kNone && in_range) {
    *out = amount;
    return true;
  }
  if (problem == ParseProblem::kNone || problem == ParseProblem::kTooLong) {
    OutOfRange(rule, *value);
  } else {
    errors_->Add(value->place, QuantityProblem(rule, problem),
                 CorrectedQuantity(rule, problem, MayQuote(name) ? text : std::string()));
  }
  return false;
}

bool SectionReader::Duration(std::string_view name, int64_t* ms) const {
  return Quantity(name, ms);
}

bool SectionReader::Size(std::string_view name, uint64_t* bytes) const {
  int64_t amount = 0;
  if (!Quantity(name, &amount)) return false;
  *bytes = static_cast<uint64_t>(amount);
  return true;
}

bool SectionReader::Texts(std::string_view name, std::vector<std::string>* out) const {
  const TomlValue* value = Value(name, TomlValue::Type::kArray);
  if (value == nullptr) return false;
  std::vector<std::string> texts(value->items.size());
  bool ok = true;
  for (size_t i = 0; i < texts.size(); ++i) {
    const TomlValue& item = value->items[i];
    if (item.type != TomlValue::Type::kString) {
      errors_->Add(item.place, "\"" + std::string(name) + "\" is a list of strings",
                   "put this between quotes");
      ok = false;
    } else {
      ok = Expand(item, &texts[i]) && ok;
    }
  }
  if (ok) *out = std::move(texts);
  return ok;
}

bool SectionReader::TextTable(std::string_view name,
                              std::vector<std::pair<std::string, std::string>>* out) const {
  const TomlValue* value = Value(name, TomlValue::Type::kTable);
  if (value == nullptr) return false;
  bool ok = true;
  for (const TomlEntry& entry : value->entries) {
    std::string text;
    if (entry.value.type != TomlValue::Type::kString) {
      errors_->Add(entry.value.place, "a header's value is a string", "put it between quotes");
      ok = false;
    } else if (Expand(entry.value, &text)) {
      out->emplace_back(entry.key, std::move(text));
    } else {
      ok = false;
    }
  }
  return ok;
}

void SectionReader::FileError(std::string_view name, const std::string& path,
                              std::string error) const {
  // api_key_file = "${API_KEY}" is a slip that must not print the key.
  const size_t at = MayQuote(name) ? std::string::npos : error.find(path);
  if (at != std::string::npos) error.replace(at, path.size(), table_.Find(name)->value.text);
  Error(name, std::move(error));
}

bool SectionReader::File(std::string_view name, std::string* path) const {
  std::string text, error;
  if (!Text(name, &text)) return false;
  text = ResolvePath(base_dir_, text);
  if (!CheckReadable(text, &error)) {
    FileError(name, text, std::move(error));
    return false;
  }
  *path = std::move(text);
  return true;
}

bool SectionReader::SecretFile(std::string_view name, std::string* out) const {
  std::string path, error;
  if (!File(name, &path)) return false;
  if (ReadSecretFile(path, out, &error)) return true;
  FileError(name, path, std::move(error));
  return false;
}

int SectionReader::ChoiceIndex(std::string_view name) const {
  std::string text;
  if (!Text(name, &text)) return -1;
  const KeyRule& rule = *FindRule(section_, name);
  const std::vector<std::string_view> choices = SplitChoices(rule.choices);
  const auto found = std::find(choices.begin(), choices.end(), text);
  if (found != choices.end()) return static_cast<int>(found - choices.begin());
  const std::string_view own = OwnWord(name, text);
  const std::string_view nearest = own.empty() ? NearestWord(Lower(text), choices) : own;
  const std::string shown = MayQuote(name) ? " \"" + text + "\"" : " in the environment";
  Error(name, "unknown " + std::string(name) + shown,
        nearest.empty() ? "known: " + JoinNames(choices)
                        : "did you mean \"" + std::string(nearest) + "\"?");
  return -1;
}

}  // namespace banto::conf
