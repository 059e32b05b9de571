#include "proxy/net/spare_string.h"

#include <utility>
#include <vector>

#include "proxy/net/recycled.h"

namespace banto::net {
namespace {

constexpr size_t kSpareBytesMax = 4096;

std::vector<std::string>& ThreadSpares() {
  thread_local std::vector<std::string> spares;
  return spares;
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
  if (BANTO_RECYCLES == 0 || !worth || spares.size() == kRecycledMax) return;
  used.clear();
  spares.push_back(std::move(used));
}

void DropSpareStrings() { std::vector<std::string>().swap(ThreadSpares()); }

}  // namespace banto::net
