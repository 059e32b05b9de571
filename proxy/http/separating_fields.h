// The field lines of a request that tell its caller from others: all that the client sent, but for
// those that go no further than here and those that are listed as harmless (harmless_fields.h).
// Whoever differs in one of the rest never gets what was made for the other. The cache's key and
// the memo of repeated requests both walk these lines, so neither can know less than the other.
// Pure; views into the head.
#ifndef BANTO_PROXY_HTTP_SEPARATING_FIELDS_H_
#define BANTO_PROXY_HTTP_SEPARATING_FIELDS_H_

#include <span>
#include <string>

#include "proxy/base/near_list.h"
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
  std::span<const FieldEntry* const> entries() const { return entries_.elements(); }
  Field FieldOf(const FieldEntry& entry) const { return head_.FieldOf(entry); }

 private:
  bool Separates(const FieldEntry& entry, const SeparationRule& rule) const;
  void Sort();

  const RequestHead& head_;
  base::NearList<const FieldEntry*, 16> entries_;
};

}  // namespace banto::http

#endif  // BANTO_PROXY_HTTP_SEPARATING_FIELDS_H_
