// The models that [[models]] entries lead to: that their workers exist, that somebody serves them
// as far as the file tells, and that none is asked twice. Lives for one load; main thread.
#ifndef BANTO_CONF_MODEL_CHOICES_H_
#define BANTO_CONF_MODEL_CHOICES_H_

#include <string>
#include <vector>

#include "conf/config.h"
#include "conf/error_list.h"
#include "conf/toml_value.h"

namespace banto::conf {

class ModelChoices {
 public:
  // Both must outlive it.
  ModelChoices(const Config& config, ErrorList* errors) : config_(config), errors_(errors) {}

  // `item`: the entry's table, which must outlive this.
  void Add(const ModelRule& rule, const TomlValue& item);
  // After the last: an entry may name models of a later one.
  void Check(const std::vector<ModelRule>& rules) const;

 private:
  struct Named {
    ModelChoice choice;
    size_t rule;      // that names it
    const char* key;  // under which
    Place place;
  };
  void Check(const Named& named, const std::vector<ModelRule>& rules) const;
  void CheckWorker(const Named& named) const;
  bool IsServed(const ModelChoice& choice) const;
  void CheckRepeats(size_t index, const ModelRule& rule) const;

  const Config& config_;
  ErrorList* const errors_;
  std::vector<Named> named_;
  size_t rules_ = 0;
};

}  // namespace banto::conf

#endif  // BANTO_CONF_MODEL_CHOICES_H_
