#include "proxy/net/resolver.h"

#include <errno.h>
#include <netdb.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <chrono>
#include <condition_variable>
#include <cstring>
#include <map>
#include <mutex>
#include <thread>
#include <utility>

namespace banto::net {
namespace {

using Clock = std::chrono::steady_clock;
using Answer = std::shared_ptr<const Resolution>;

constexpr std::chrono::minutes kForgetAfter{
    10};  // no longer requested: the worker has left the config
constexpr std::chrono::milliseconds kJoinMax{200};

bool NoDescriptorIsFree() {
  const int fd = eventfd(0, EFD_CLOEXEC);
  if (fd >= 0) close(fd);
  return fd < 0;
}

Resolution AskSystem(const std::string& host, uint16_t port) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  // No AI_ADDRCONFIG: a machine that only has loopback must still resolve "localhost".
  addrinfo* found = nullptr;
  const int code = getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found);
  Resolution answer;
  if (code != 0) {
    // Without a free descriptor getaddrinfo returns EAI_AGAIN or EAI_NONAME as well as EAI_SYSTEM.
    answer.own_shortage = code == EAI_MEMORY || NoDescriptorIsFree();
    answer.error = "cannot resolve " + host + ": " +
                   (code == EAI_SYSTEM ? std::strerror(errno) : gai_strerror(code));
    return answer;
  }
  for (const addrinfo* entry = found; entry != nullptr; entry = entry->ai_next) {
    answer.addresses.push_back(Address::FromRaw(entry->ai_addr, entry->ai_addrlen));
  }
  freeaddrinfo(found);
  return answer;
}

}  // namespace

// Shared with the thread, which outlives the Resolver if getaddrinfo does not return.
struct Resolver::State {
  using Key = std::pair<std::string, uint16_t>;
  struct Waiter {
    EventLoop* loop;
    std::function<void(Answer)> done;
  };
  struct Name {
    Answer good;    // the last answer with addresses
    Answer failed;  // the error of the last look-up, if it failed
    Clock::time_point tried_at{};
    Clock::time_point asked_at = Clock::now();
    bool tried = false;
    std::vector<Waiter> waiters;
  };

  explicit State(ResolverOptions given) : options(std::move(given)) {}
  void Run();
  bool Next(Key* key, Clock::time_point* wake_at);
  void Take(const Key& key, Resolution resolution);

  const ResolverOptions options;
  std::mutex mutex;
  std::condition_variable changed;
  // Guarded by mutex:
  std::map<Key, Name> names;
  bool stopping = false;
  bool finished = false;
};

void Resolver::State::Run() {
  std::unique_lock lock(mutex);
  while (!stopping) {
    Key key;
    Clock::time_point wake_at;
    if (!Next(&key, &wake_at)) {
      if (wake_at == Clock::time_point::max()) {
        changed.wait(lock);
      } else {
        changed.wait_until(lock, wake_at);
      }
      continue;
    }
    lock.unlock();
    Resolution resolution =
        options.look_up ? options.look_up(key.first, key.second) : AskSystem(key.first, key.second);
    lock.lock();
    // Once the Resolver is gone its loops may be gone too, so nothing may be posted.
    if (!stopping) Take(key, std::move(resolution));
  }
  finished = true;
  changed.notify_all();
}

// Chooses what to look up now (names that are waited for come first) or when to check again.
bool Resolver::State::Next(Key* key, Clock::time_point* wake_at) {
  const Clock::time_point now = Clock::now();
  *wake_at = Clock::time_point::max();
  for (auto it = names.begin(); it != names.end();) {
    Name& name = it->second;
    if (!name.waiters.empty()) {
      *key = it->first;
      return true;
    }
    if (now - name.asked_at > kForgetAfter) {
      it = names.erase(it);
      continue;
    }
    // A name that never resolved is retried only on request.
    if (name.good != nullptr) *wake_at = std::min(*wake_at, name.tried_at + options.refresh);
    ++it;
  }
  for (auto& [candidate, name] : names) {
    if (name.good == nullptr || now < name.tried_at + options.refresh) continue;
    *key = candidate;
    return true;
  }
  return false;
}

void Resolver::State::Take(const Key& key, Resolution resolution) {
  Name& name = names[key];
  name.tried = true;
  name.tried_at = Clock::now();
  auto answer = std::make_shared<const Resolution>(std::move(resolution));
  if (answer->addresses.empty()) {
    name.failed = answer;
  } else {
    name.good = answer;
    name.failed = nullptr;
  }
  const Answer told = name.good != nullptr ? name.good : name.failed;
  for (Waiter& waiter : name.waiters) {
    waiter.loop->Post([done = std::move(waiter.done), told] { done(told); });
  }
  name.waiters.clear();
}

Resolver::Resolver() : Resolver(ResolverOptions()) {}

Resolver::Resolver(ResolverOptions options) : state_(std::make_shared<State>(std::move(options))) {
  thread_ = std::thread([state = state_] { state->Run(); });
}

Resolver::~Resolver() {
  std::vector<State::Waiter> dropped;  // destroyed after the lock: destroying them may call us
                                       // again
  bool finished;
  {
    std::unique_lock lock(state_->mutex);
    state_->stopping = true;
    for (auto& [key, name] : state_->names) {
      std::move(name.waiters.begin(), name.waiters.end(), std::back_inserter(dropped));
      name.waiters.clear();
    }
    state_->changed.notify_all();
    finished = state_->changed.wait_for(lock, kJoinMax, [this] { return state_->finished; });
  }
  // getaddrinfo cannot be interrupted and may take 30 s; its thread holds only the shared state.
  if (finished) {
    thread_.join();
  } else {
    thread_.detach();
  }
}

std::shared_ptr<const Resolution> Resolver::Known(const std::string& host, uint16_t port) {
  if (const auto address = Address::FromIp(host, port)) {
    auto answer = std::make_shared<Resolution>();
    answer->addresses.push_back(*address);
    return answer;
  }
  std::lock_guard lock(state_->mutex);
  const auto found = state_->names.find({host, port});
  if (found == state_->names.end()) return nullptr;
  found->second.asked_at = Clock::now();
  return found->second.good;
}

void Resolver::Resolve(const std::string& host, uint16_t port, EventLoop* loop,
                       std::function<void(std::shared_ptr<const Resolution>)> done) {
  Answer answer = Known(host, port);
  if (answer == nullptr) {
    std::lock_guard lock(state_->mutex);
    State::Name& name = state_->names[{host, port}];
    name.asked_at = Clock::now();
    if (name.good != nullptr) {
      answer = name.good;
    } else if (name.failed != nullptr && name.asked_at < name.tried_at + state_->options.retry) {
      answer = name.failed;
    } else {
      name.waiters.push_back({loop, std::move(done)});
      state_->changed.notify_all();
      return;
    }
  }
  loop->Post([done = std::move(done), answer = std::move(answer)] { done(answer); });
}

}  // namespace banto::net
