// Everything in a head as text, to compare two of them and show the difference.
#ifndef BANTO_TESTS_UNIT_HTTP_HEAD_TEXT_H_
#define BANTO_TESTS_UNIT_HTTP_HEAD_TEXT_H_

#include <string>

#include "proxy/http/message.h"

namespace banto::http {

inline std::string CommonText(const Head& head) {
  std::string text = head.bytes() + "| HTTP/1." + std::to_string(head.minor_version());
  text += " body " + std::to_string(static_cast<int>(head.framing().kind));
  text += " of " + std::to_string(head.framing().length);
  text += head.keep_alive() ? " keeps" : " closes";
  text += head.nominates_fields() ? " nominates" : "";
  for (size_t i = 0; i < head.field_count(); ++i) {
    const Field field = head.field(i);
    text += "\n" + std::to_string(static_cast<int>(field.id)) + " ";
    text += std::string(field.name) + "=" + std::string(field.value) + ";";
    text += head.Has(field.id) ? "" : " absent";
  }
  return text;
}

inline std::string TextOf(const RequestHead& head) {
  std::string text(head.method());
  text += " " + std::string(head.target()) + " at " + std::string(head.host());
  text += head.expects_continue() ? " expects" : "";
  text += head.has_dot_segment() ? " climbs" : "";
  text += head.repeats_authorization() ? " has two callers" : "";
  return text + " " + CommonText(head);
}

inline std::string TextOf(const ResponseHead& head) {
  return std::to_string(head.status()) + std::string(head.reason()) + " " + CommonText(head);
}

}  // namespace banto::http

#endif  // BANTO_TESTS_UNIT_HTTP_HEAD_TEXT_H_
