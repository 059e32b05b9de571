// A growing array of trivial items for the scan's inner loop: Push() leaves the item uninitialized,
// which std::vector's emplace_back cannot (measured: perf/README.md). Internal to json_scan; not
// thread-safe.
#ifndef BANTO_PROXY_JSON_JSON_STACK_H_
#define BANTO_PROXY_JSON_JSON_STACK_H_

#include <algorithm>
#include <cstddef>
#include <memory>
#include <span>
#include <type_traits>
#include <utility>

namespace banto::json {

template <typename T>
class JsonStack {
  static_assert(std::is_trivially_copyable_v<T>);

 public:
  JsonStack() = default;
  JsonStack(JsonStack&& other) noexcept
      : items_(std::move(other.items_)),
        end_(std::exchange(other.end_, nullptr)),
        limit_(std::exchange(other.limit_, nullptr)) {}
  JsonStack& operator=(JsonStack&& other) noexcept {
    items_ = std::move(other.items_);
    end_ = std::exchange(other.end_, nullptr);
    limit_ = std::exchange(other.limit_, nullptr);
    return *this;
  }

  // Uninitialized: the caller must set every field. Invalidates references.
  T& Push() {
    if (end_ == limit_) [[unlikely]]
      Grow();
    return *end_++;
  }
  void Pop() { --end_; }
  void Clear() { end_ = items_.get(); }
  void Truncate(size_t size) { end_ = items_.get() + size; }

  size_t size() const { return static_cast<size_t>(end_ - items_.get()); }
  bool empty() const { return end_ == items_.get(); }
  T& back() { return end_[-1]; }
  const T& back() const { return end_[-1]; }
  T& operator[](size_t i) { return items_[i]; }
  const T& operator[](size_t i) const { return items_[i]; }
  std::span<const T> items() const { return {items_.get(), size()}; }
  T* begin() { return items_.get(); }
  T* end() { return end_; }

 private:
  [[gnu::noinline]] void Grow() {
    const size_t old = size();
    const size_t room = std::max<size_t>(2 * old, 16);
    std::unique_ptr<T[]> larger(new T[room]);
    std::copy(items_.get(), end_, larger.get());
    items_ = std::move(larger);
    end_ = items_.get() + old;
    limit_ = items_.get() + room;
  }

  std::unique_ptr<T[]> items_;
  T* end_ = nullptr;
  T* limit_ = nullptr;
};

}  // namespace banto::json

#endif  // BANTO_PROXY_JSON_JSON_STACK_H_
