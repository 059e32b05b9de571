#include "conf/section_reader.h"

#include <algorithm>
#include <utility>

#include "conf/unknown_key.h"

namespace banto::conf {

SectionReader::SectionReader(std::string_view section, const TomlValue& table,
                             const ReadContext& context, const Parts& parts)
    : section_(section), table_(table), context_(context) {
  const std::vector<std::string_view> known = KnownNames(section_);
  for (const TomlEntry& entry : table_.entries) {
    if (const KeyRule* rule = FindRule(section_, entry.key)) {
      Fill(*rule, entry, parts);
    } else if (std::find(known.begin(), known.end(), entry.key) == known.end()) {
      UnknownKey(entry);
    }
  }
}

void SectionReader::UnknownKey(const TomlEntry& entry) const {
  const bool is_section = entry.value.is_section;
  const std::string shown =
      is_section ? "section [" + entry.key + "]" : "key \"" + entry.key + "\"";
  const KeyAdvice advice = AdviceFor(section_, entry.key, is_section);
  context_.errors->Add(entry.key_place, "unknown " + shown, advice.hint, advice.meant);
}

void SectionReader::Fill(const KeyRule& rule, const TomlEntry& entry, const Parts& parts) {
  if (!rule.instead_of.empty() && Has(rule.instead_of)) {
    return Error(rule.name, std::string(rule.instead_of) + " is given too", "keep one of them");
  }
  if (ValueReader(rule, entry.value, context_).Fill(rule.member(parts))) {
    taken_.push_back(rule.name);
  }
}

bool SectionReader::Took(std::string_view name) const {
  return std::find(taken_.begin(), taken_.end(), name) != taken_.end();
}

ValueReader SectionReader::Value(std::string_view name) const {
  return {*FindRule(section_, name), table_.Find(name)->value, context_};
}

Place SectionReader::PlaceOf(std::string_view name) const {
  const TomlEntry* entry = table_.Find(name);
  return entry != nullptr ? entry->value.place : table_.place;
}

Place SectionReader::PlaceOfItem(std::string_view name, size_t index) const {
  return table_.Find(name)->value.items.at(index).place;
}

void SectionReader::Error(std::string_view name, std::string message, std::string hint) const {
  ErrorAt(PlaceOf(name), std::move(message), std::move(hint));
}

void SectionReader::ErrorAt(const Place& place, std::string message, std::string hint) const {
  context_.errors->Add(place, std::move(message), std::move(hint));
}

}  // namespace banto::conf
