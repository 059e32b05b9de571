#include "conf/value_reader.h"

#include <algorithm>
#include <type_traits>
#include <variant>

#include "conf/borrowed_words.h"
#include "conf/edit_distance.h"
#include "conf/model_values.h"
#include "conf/secret_file.h"
#include "conf/text_value.h"
#include "conf/type_advice.h"
#include "conf/value_parser.h"
#include "proxy/base/ascii.h"

namespace banto::conf {
bool ValueReader::Fill(const Member& member) const {
  return std::visit([this](auto* out) { return Take(out); }, member);
}

void ValueReader::Error(std::string message, std::string hint) const {
  context_.errors->Add(value_.place, std::move(message), std::move(hint));
}

void ValueReader::OutOfRange() const {
  Error("\"" + std::string(rule_.name) + "\" is out of range", RangeAdvice(rule_));
}

bool ValueReader::Is(TomlValue::Type type) const {
  if (value_.type == type) return true;
  if (!IsPlanned()) Error(ExpectedType(rule_), CorrectedValue(rule_, value_));
  return false;
}

bool ValueReader::IsPlanned() const {
  if (rule_.planned.empty() || value_.text != rule_.planned) return false;
  Error(std::string(rule_.name) + " = \"" + value_.text + "\" is not supported yet",
        "leave it out for now");
  return true;
}

bool ValueReader::MayQuote() const {
  if (rule_.secrecy == Secrecy::kSecret) return false;
  const auto plain = [](const TomlValue& value) {
    return value.text.find("${") == std::string::npos && value.text.find('@') == std::string::npos;
  };
  return plain(value_) && std::all_of(value_.items.begin(), value_.items.end(), plain);
}

bool ValueReader::Text(std::string* out) const {
  return Is(TomlValue::Type::kString) && ExpandText(value_, context_.errors, out);
}

bool ValueReader::Texts(std::vector<std::string>* out) const {
  if (!Is(TomlValue::Type::kArray)) return false;
  std::vector<std::string> texts(value_.items.size());
  bool ok = true;
  for (size_t i = 0; i < texts.size(); ++i) {
    const TomlValue& item = value_.items[i];
    if (item.type != TomlValue::Type::kString) {
      context_.errors->Add(item.place, ExpectedType(rule_), "put this between quotes");
      ok = false;
    } else {
      ok = ExpandText(item, context_.errors, &texts[i]) && ok;
    }
  }
  if (ok) *out = std::move(texts);
  return ok;
}

bool ValueReader::Take(bool* out) const {
  if (!Is(TomlValue::Type::kBoolean)) return false;
  *out = value_.boolean;
  return true;
}

bool ValueReader::Take(std::optional<bool>* out) const {
  bool value = false;
  if (!Take(&value)) return false;
  *out = value;
  return true;
}

bool ValueReader::Take(int* out) const {
  if (!Is(TomlValue::Type::kInteger)) return false;
  if (value_.integer < rule_.min || value_.integer > rule_.max) {
    OutOfRange();
    return false;
  }
  *out = static_cast<int>(value_.integer);
  return true;
}

bool ValueReader::Take(int64_t* out) const {
  std::string text;
  if (!Text(&text) || (!rule_.choices.empty() && text == rule_.choices)) return false;
  int64_t ms = 0;
  uint64_t bytes = 0;
  const bool is_size = rule_.type == KeyType::kSize;
  const ParseProblem problem = is_size ? ParseSizeBytes(text, &bytes) : ParseDurationMs(text, &ms);
  const int64_t amount = is_size ? static_cast<int64_t>(bytes) : ms;
  if (problem == ParseProblem::kNone && amount >= rule_.min && amount <= rule_.max) {
    *out = amount;
    return true;
  }
  if (problem == ParseProblem::kNone || problem == ParseProblem::kTooLong) {
    OutOfRange();
  } else {
    Error(QuantityProblem(rule_, problem),
          CorrectedQuantity(rule_, problem, MayQuote() ? text : std::string()));
  }
  return false;
}

bool ValueReader::Take(uint64_t* out) const {
  int64_t amount = 0;
  if (!Take(&amount)) return false;
  *out = static_cast<uint64_t>(amount);
  return true;
}

bool ValueReader::Take(std::string* out) const {
  if (rule_.type == KeyType::kFile) return File(out);
  return rule_.type == KeyType::kSecretFile ? SecretFile(out) : Text(out);
}

bool ValueReader::Take(double* out) const {
  const bool whole = value_.type == TomlValue::Type::kInteger;
  if (!whole && !Is(TomlValue::Type::kFloat)) return false;
  const double number = whole ? static_cast<double>(value_.integer) : value_.number;
  if (number >= static_cast<double>(rule_.min) && number <= static_cast<double>(rule_.max)) {
    *out = number;
    return true;
  }
  OutOfRange();
  return false;
}

bool ValueReader::Take(Headers* out) const {
  if (!Is(TomlValue::Type::kTable)) return false;
  bool ok = true;
  for (const TomlEntry& entry : value_.entries) {
    std::string text;
    if (entry.value.type != TomlValue::Type::kString) {
      context_.errors->Add(entry.value.place, "a header's value is a string",
                           "put it between quotes");
      ok = false;
    } else if (ExpandText(entry.value, context_.errors, &text)) {
      out->emplace_back(entry.key, std::move(text));
    } else {
      ok = false;
    }
  }
  return ok;
}

// The enums of config.h are in the order of the schema's choices.
template <typename Other>
bool ValueReader::Take(Other* out) const {
  if constexpr (std::is_enum_v<Other>) {
    const int index = ChoiceIndex();
    if (index >= 0) *out = static_cast<Other>(index);
    return index >= 0;
  }
  if constexpr (IsModelValue<Other>) {
    if (rule_.type == KeyType::kModels && !Is(TomlValue::Type::kArray)) return false;
    const bool table = rule_.type == KeyType::kShares || rule_.type == KeyType::kJsonTable;
    return (!table || Is(TomlValue::Type::kTable)) && ReadModelValue(value_, context_.errors, out);
  }
  return false;
}

int ValueReader::ChoiceIndex() const {
  std::string text;
  if (!Text(&text) || IsPlanned()) return -1;
  const std::vector<std::string_view> choices = SplitChoices(rule_.choices);
  const auto found = std::find(choices.begin(), choices.end(), text);
  if (found != choices.end()) return static_cast<int>(found - choices.begin());
  const std::string_view own = OwnWord(rule_.name, text);
  const std::string_view nearest = own.empty() ? NearestWord(base::Lowered(text), choices) : own;
  const std::string shown = MayQuote() ? " \"" + text + "\"" : " in the environment";
  Error("unknown " + std::string(rule_.name) + shown,
        nearest.empty() ? "known: " + JoinNames(choices)
                        : "did you mean \"" + std::string(nearest) + "\"?");
  return -1;
}

void ValueReader::FileError(const std::string& path, std::string error) const {
  // api_key_file = "${API_KEY}" is a mistake whose error must not print the key.
  const size_t at = MayQuote() ? std::string::npos : error.find(path);
  if (at != std::string::npos) error.replace(at, path.size(), value_.text);
  Error(std::move(error));
}

bool ValueReader::File(std::string* path) const {
  std::string text, error;
  if (!Text(&text)) return false;
  text = ResolvePath(context_.base_dir, text);
  if (!CheckReadable(text, &error)) {
    FileError(text, std::move(error));
    return false;
  }
  *path = std::move(text);
  return true;
}

bool ValueReader::SecretFile(std::string* out) const {
  std::string path, error;
  if (!File(&path)) return false;
  if (ReadSecretFile(path, out, &error)) return true;
  FileError(path, std::move(error));
  return false;
}

}  // namespace banto::conf
