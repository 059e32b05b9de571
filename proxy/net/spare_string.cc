#include "proxy/net/spare_string.h"

#include <utility>
#include <vector>

#include "proxy/net/spares.h"

namespace banto::net {
namespace {

constexpr size_t kSpareBytesMax = 4096;

struct Strings final : Spares {
  void Drop() override { std::vector<std::string>().swap(strings); }
  std::vector<std::string> strings;
};

std::vector<std::string>& ThreadSpares() {
  thread_local Strings spares;
  return spares.strings;
}

}  // namespace

std::string TakeSpareString() {
  std::vector<std::string>& spares = ThreadSpares();
  if (spares.empty()) return {};
  std::string spare = std::move(spares.back());
  spares.pop_back();
  return spare;
}

void LeaveSpareString(std::string used) {
  std::vector<std::string>& spares = ThreadSpares();
  const bool worth =
      used.capacity() > std::string().capacity() && used.capacity() <= kSpareBytesMax;
  // Sanitizers see each string's true life.
  if (BANTO_RECYCLES == 0 || !worth || spares.size() == kSparesMax) return;
  used.clear();
  spares.push_back(std::move(used));
}

}  // namespace banto::net
