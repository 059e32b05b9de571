// A list that stores its first elements inline, so that usual sizes cost no allocation. Trivially
// copyable elements only; it only grows.
#ifndef BANTO_PROXY_BASE_NEAR_LIST_H_
#define BANTO_PROXY_BASE_NEAR_LIST_H_

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

namespace banto::base {

template <class T, size_t kNear>
class NearList {
  static_assert(std::is_trivially_copyable_v<T>);

 public:
  NearList() {}  // NOLINT: leaves near_ uninitialized; only elements that were added are read
  NearList(const NearList& other) { *this = other; }
  NearList(NearList&& other) noexcept { *this = std::move(other); }
  NearList& operator=(const NearList& other) {
    if (this == &other) return *this;
    CopyNear(other);
    far_ = other.far_;
    return *this;
  }
  NearList& operator=(NearList&& other) noexcept {
    if (this == &other) return *this;
    CopyNear(other);
    far_ = std::move(other.far_);
    other.Clear();
    return *this;
  }
  ~NearList() = default;

  void Clear() {
    size_ = 0;
    far_.clear();
  }
  void Add(const T& element) {
    if (size_ < kNear) {
      near_[size_] = element;
    } else {
      if (size_ == kNear) far_.assign(near_.begin(), near_.end());
      far_.push_back(element);
    }
    ++size_;
  }
  size_t size() const { return size_; }
  std::span<const T> elements() const {
    return {size_ <= kNear ? near_.data() : far_.data(), size_};
  }
  std::span<T> elements() { return {size_ <= kNear ? near_.data() : far_.data(), size_}; }

 private:
  void CopyNear(const NearList& other) {
    size_ = other.size_;
    std::copy_n(other.near_.begin(), std::min(size_, kNear), near_.begin());
  }

  size_t size_ = 0;
  std::array<T, kNear> near_;
  std::vector<T> far_;  // all elements, once they exceed the inline ones
};

}  // namespace banto::base

#endif  // BANTO_PROXY_BASE_NEAR_LIST_H_
