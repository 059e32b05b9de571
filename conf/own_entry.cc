#include "conf/own_entry.h"

#include "conf/model_name.h"

namespace banto::conf {

const ModelRule* OwnEntry(const Config& config, std::string_view model) {
  return BestFor(model, config.models, [](const ModelRule& rule) {
    return rule.is_alias() ? std::string_view() : std::string_view(rule.name);
  });
}

}  // namespace banto::conf
