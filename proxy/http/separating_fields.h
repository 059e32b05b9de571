// The field lines of a request that tell its caller from others: all that the client sent, but for
// those that go no further than here and those that are listed as harmless (harmless_fields.h).
// Whoever differs in one of the rest never gets what was made for the other. The cache's key and
// the memo of repeated requests both walk these lines, so neither can know less than the other.
// Pure; views into the head.
#ifndef BANTO_PROXY_HTTP_SEPARATING_FIELDS_H_
#define BANTO_PROXY_HTTP_SEPARATING_FIELDS_H_

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "proxy/http/message.h"

namespace banto::http {

struct SeparationRule {
  FieldSet harmless;
  std::span<const std::string> more = {};  // names that are harmless too; "name*" is a prefix
  bool json_body =
      false;  // that the body is JSON is known: a Content-Type which says so is harmless
};

class SeparatingFields {
 public:
  SeparatingFields(const RequestHead& head, const SeparationRule& rule);
  SeparatingFields(const SeparatingFields&) = delete;
  SeparatingFields& operator=(const SeparatingFields&) = delete;

  // By name without case, equal names in the order in which they came: proxies may change the
  // order of unlike lines (RFC 9110 §5.3).
  std::span<const FieldEntry* const> entries() const {
    return {size_ <= near_.size() ? near_.data() : far_.data(), size_};
  }
  Field FieldOf(const FieldEntry& entry) const { return head_.FieldOf(entry); }

 private:
  bool Separates(const FieldEntry& entry, const SeparationRule& rule) const;
  void Add(const FieldEntry* entry);
  void Sort();

  const RequestHead& head_;
  size_t size_ = 0;
  std::array<const FieldEntry*, 16> near_;  // what was added is read, and no more
  std::vector<const FieldEntry*> far_;      // all of them, once there are more
};

}  // namespace banto::http

#endif  // BANTO_PROXY_HTTP_SEPARATING_FIELDS_H_
