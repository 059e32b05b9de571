#include "conf/unknown_key.h"

#include "conf/borrowed_words.h"
#include "conf/edit_distance.h"
#include "conf/schema.h"
#include "conf/type_advice.h"
#include "proxy/base/ascii.h"

namespace banto::conf {
namespace {

std::string Header(const SectionRule& section) {
  const std::string name(section.name);
  return section.is_list ? "[[" + name + "]]" : "[" + name + "]";
}

std::string NameOf(std::string_view section) {
  const SectionRule* rule = FindSection(section);
  return rule == nullptr ? "the top of the file, before the first section" : Header(*rule);
}

std::string Guess(std::string_view nearest, bool is_section) {
  const SectionRule* section = is_section ? FindSection(nearest) : nullptr;
  return "did you mean " +
         (section == nullptr ? "\"" + std::string(nearest) + "\"" : Header(*section)) + "?";
}

}  // namespace

KeyAdvice AdviceFor(std::string_view section, std::string_view key, bool is_section) {
  if (is_section && section.empty()) {
    const std::string_view own = OwnSectionFor(key);
    if (!own.empty()) return {Guess(own, true), own};
  }
  const OwnKey own = is_section ? OwnKey{} : OwnKeyFor(section, key);
  // Translated in its own section: "bind" in [admin] is "listen" in [admin].
  if (FindRule(section, own.name) != nullptr) return {Guess(own.name, false), own.name};
  if (!own.name.empty()) {
    return {"here that is \"" + std::string(own.name) + "\" of " + NameOf(own.section), {}};
  }
  const std::string_view nearest = NearestWord(base::Lowered(key), KnownNames(section));
  // [[key]] is meant as [[keys]], though there is a key of this name.
  const KeyRule* const elsewhere = FindElsewhere(section, key);
  if (elsewhere != nullptr && (!is_section || nearest.empty()))
    return {"it belongs to " + NameOf(elsewhere->section), {}};
  if (!nearest.empty()) return {Guess(nearest, is_section), nearest};
  return {"known here: " + JoinNames(KnownNames(section)), {}};
}

}  // namespace banto::conf
