// The field lines of one message: where each lies in the head's bytes, and which name it has. Part
// of a Head, which owns the bytes.
#ifndef BANTO_PROXY_HTTP_FIELDS_H_
#define BANTO_PROXY_HTTP_FIELDS_H_

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "proxy/http/field_name.h"

namespace banto::http {

// One field line. `name` keeps the sender's spelling; `value` has its outer white space removed.
struct Field {
  std::string_view name;
  std::string_view value;
  FieldName id = FieldName::kOther;
};

// One field line as offsets into the head. A name of more than 64 KiB is refused by the parser.
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

// The lines in the order in which they came; equal names stay separate. The first ones lie in the
// object itself, so that a usual head (official SDKs send up to 20) costs no allocation for them.
class Fields {
 public:
  Fields() {}  // NOLINT: leaves near_ as it is; only what was added is ever read
  Fields(const Fields& other) { *this = other; }
  Fields(Fields&& other) noexcept { *this = std::move(other); }
  Fields& operator=(const Fields& other) {
    if (this == &other) return *this;
    CopyNear(other);
    far_ = other.far_;
    return *this;
  }
  Fields& operator=(Fields&& other) noexcept {
    if (this == &other) return *this;
    CopyNear(other);
    far_ = std::move(other.far_);
    other.Clear();
    return *this;
  }
  ~Fields() = default;

  void Clear() {
    size_ = 0;
    present_ = {};
    far_.clear();
  }
  void Add(const FieldEntry& entry) {
    present_.Add(entry.id);
    if (size_ < near_.size()) {
      near_[size_] = entry;
    } else {
      if (size_ == near_.size()) far_.assign(near_.begin(), near_.end());
      far_.push_back(entry);
    }
    ++size_;
  }
  size_t size() const { return size_; }
  FieldSet present() const { return present_; }
  std::span<const FieldEntry> entries() const {
    return {size_ <= near_.size() ? near_.data() : far_.data(), size_};
  }

 private:
  void CopyNear(const Fields& other) {
    size_ = other.size_;
    present_ = other.present_;
    std::copy_n(other.near_.begin(), std::min(size_, near_.size()), near_.begin());
  }

  FieldSet present_;
  size_t size_ = 0;
  std::array<FieldEntry, 24> near_;
  std::vector<FieldEntry> far_;  // all of them, once there are more
};

}  // namespace banto::http

#endif  // BANTO_PROXY_HTTP_FIELDS_H_
