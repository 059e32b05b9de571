#include "conf/unknown_key.h"

#include "conf/borrowed_words.h"
#include "conf/edit_distance.h"
#include "conf/lower.h"
#include "conf/schema.h"
#include "conf/type_advice.h"

namespace banto::conf {
namespace {

std::string NameOf(std::string_view section) {
  return section.empty() ? "the top of the file, before the first section"
                         : "[" + std::string(section) + "]";
}

std::string Guess(std::string_view nearest, bool is_section) {
  const SectionRule* section = is_section ? FindSection(nearest) : nullptr;
  const std::string name(nearest);
  if (section == nullptr) return "did you mean \"" + name + "\"?";
  return section->is_list ? "did you mean [[" + name + "]]?" : "did you mean [" + name + "]?";
}

}  // namespace

KeyAdvice AdviceFor(std::string_view section, std::string_view key, bool is_section) {
  const OwnKey own = is_section ? OwnKey{} : OwnKeyFor(section, key);
  if (!own.name.empty() && own.section == section) return {Guess(own.name, false), own.name};
  if (!own.name.empty()) {
    return {"here that is \"" + std::string(own.name) + "\" of " + NameOf(own.section), {}};
  }
  if (const KeyRule* elsewhere = FindElsewhere(section, key)) {
    return {"it belongs to " + NameOf(elsewhere->section), {}};
  }
  const std::string_view nearest = NearestWord(Lower(key), KnownNames(section));
  if (!nearest.empty()) return {Guess(nearest, is_section), nearest};
  return {"known here: " + JoinNames(KnownNames(section)), {}};
}

}  // namespace banto::conf
