#include "proxy/http/headers.h"

#include "proxy/http/field_lines.h"
#include "proxy/http/field_names.h"
#include "proxy/http/list_reader.h"

namespace banto::http {
namespace {

bool IsNominated(const Head& head, std::string_view name) {
  return head.HasToken("Connection", name);
}

// Fields of an answer that we write ourselves, or that would speak for us.
bool IsOurs(std::string_view name) {
  switch (name.size()) {
    case 3:
      return EqualsNoCase(name, "Via") || EqualsNoCase(name, "Age");
    case 7:
      return EqualsNoCase(name, "X-Cache");
    case 12:
      return EqualsNoCase(name, "X-Request-Id") || EqualsNoCase(name, "Cache-Status");
    case 14:
      return EqualsNoCase(name, "Content-Length") || EqualsNoCase(name, "X-Banto-Worker");
    default:
      return false;
  }
}

}  // namespace

bool IsHopByHop(const Head& head, std::string_view name) {
  return IsHopByHopName(name) || IsNominated(head, name);
}

bool NominatesCriticalField(const Head& head) {
  for (size_t i = 0; i < head.field_count(); ++i) {
    const Field field = head.field(i);
    if (!EqualsNoCase(field.name, "Connection")) continue;
    ListReader options(field.value);
    std::string_view option;
    while (options.Next(&option)) {
      if (IsCriticalName(option)) return true;
    }
  }
  return false;
}

bool NominatesFields(const Head& head) {
  for (size_t i = 0; i < head.field_count(); ++i) {
    const Field field = head.field(i);
    if (!EqualsNoCase(field.name, "Connection")) continue;
    ListReader options(field.value);
    std::string_view option;
    while (options.Next(&option)) {
      if (!EqualsNoCase(option, "close") && !EqualsNoCase(option, "keep-alive")) return true;
    }
  }
  return false;
}

void AppendEndToEndFields(const ResponseHead& head, std::string* out) {
  const bool nominates = NominatesFields(head);
  const auto keeps = [&](const Field& field) {
    if (IsHopByHopName(field.name) || IsOurs(field.name)) return false;
    return !nominates || !IsNominated(head, field.name);
  };
  AppendFieldLines(head, keeps, out);
}

}  // namespace banto::http
