#include "proxy/net/spare_string.h"

#include <utility>

#include "proxy/net/spare_list.h"

namespace banto::net {
namespace {

SpareList<std::string>& ThreadSpares() {
  thread_local SpareList<std::string> spares;
  return spares;
}

}  // namespace

std::string TakeSpareString() { return ThreadSpares().Take(); }

void LeaveSpareString(std::string used) {
  const bool worth =
      used.capacity() > std::string().capacity() && used.capacity() <= kSpareBytesMax;
  if (!worth) return;
  used.clear();
  ThreadSpares().Leave(std::move(used));
}

}  // namespace banto::net
