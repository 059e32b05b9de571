// A move-only `void()` callable that one thread posts to another. std::function would require a
// posted InFlight guard to be copyable (g++ 12 has no std::move_only_function).
#ifndef BANTO_PROXY_NET_TASK_H_
#define BANTO_PROXY_NET_TASK_H_

#include <memory>
#include <type_traits>
#include <utility>

namespace banto::net {

class Task {
 public:
  Task() = default;
  template <typename F, typename = std::enable_if_t<!std::is_same_v<std::decay_t<F>, Task>>>
  Task(F&& f)  // NOLINT(google-explicit-constructor): lambdas convert implicitly
      : body_(std::make_unique<Holder<std::decay_t<F>>>(std::forward<F>(f))) {}
  explicit operator bool() const { return body_ != nullptr; }
  void operator()() { body_->Call(); }

 private:
  struct Body {
    virtual ~Body() = default;
    virtual void Call() = 0;
  };
  template <typename F>
  struct Holder final : Body {
    explicit Holder(F f) : f_(std::move(f)) {}
    void Call() override { f_(); }
    F f_;
  };
  std::unique_ptr<Body> body_;
};

}  // namespace banto::net

#endif  // BANTO_PROXY_NET_TASK_H_
