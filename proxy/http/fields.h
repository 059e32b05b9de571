// The field lines of a message: where each lies in the head's bytes, and the id of its name. Part
// of a Head, which owns the bytes.
#ifndef BANTO_PROXY_HTTP_FIELDS_H_
#define BANTO_PROXY_HTTP_FIELDS_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "proxy/base/near_list.h"
#include "proxy/http/field_name.h"

namespace banto::http {

// One field line. `name` is spelt as the sender did; `value` is stripped of outer white space.
struct Field {
  std::string_view name;
  std::string_view value;
  FieldName id = FieldName::kOther;
};

// One field line as offsets into the head. The parser refuses names of more than 64 KiB.
struct FieldEntry {
  uint32_t name_at, value_at, value_size;
  uint16_t name_size;
  FieldName id;
};
static_assert(sizeof(FieldEntry) == 16);
inline constexpr size_t kFieldNameMax = UINT16_MAX;

inline Field ViewField(const FieldEntry& e, const char* base) {
  return {{base + e.name_at, e.name_size}, {base + e.value_at, e.value_size}, e.id};
}

// The lines in order of arrival; equal names stay separate. Official SDKs send up to 20.
class Fields {
 public:
  void Clear() {
    present_ = {};
    entries_.Clear();
  }
  void Add(const FieldEntry& entry) {
    present_.Add(entry.id);
    entries_.Add(entry);
  }
  size_t size() const { return entries_.size(); }
  FieldSet present() const { return present_; }
  std::span<const FieldEntry> entries() const { return entries_.elements(); }

 private:
  FieldSet present_;
  base::NearList<FieldEntry, 24> entries_;
};

}  // namespace banto::http

#endif  // BANTO_PROXY_HTTP_FIELDS_H_
