// The request field lines that distinguish callers: all that the client sent, except those that end
// at this hop and those listed as harmless (harmless_fields.h). Callers that differ in any of them
// never share an answer. The cache key and the memo of repeated requests both iterate over these
// lines, so that neither can miss one. Pure; views into the head.
#ifndef BANTO_PROXY_HTTP_SEPARATING_FIELDS_H_
#define BANTO_PROXY_HTTP_SEPARATING_FIELDS_H_

#include <span>
#include <string>

#include "proxy/base/near_list.h"
#include "proxy/http/message.h"

namespace banto::http {

struct SeparationRule {
  FieldSet harmless;
  std::span<const std::string> more = {};  // further harmless names; "name*" is a prefix
  bool json_body =
      false;  // the body is known to be JSON, so a Content-Type that says so is harmless
};

class SeparatingFields {
 public:
  SeparatingFields(const RequestHead& head, const SeparationRule& rule);
  SeparatingFields(const SeparatingFields&) = delete;
  SeparatingFields& operator=(const SeparatingFields&) = delete;

  // Ordered by name ignoring case; equal names keep their order of arrival, since proxies may
  // reorder other lines (RFC 9110 §5.3).
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
