#include "proxy/api/system_first.h"

namespace banto::api {
namespace {

bool IsSystem(const Message& message) {
  return message.role == Role::kSystem || message.role == Role::kDeveloper;
}

}  // namespace

std::vector<const Message*> SystemFirst(const std::vector<Message>& messages, Message* lead) {
  std::vector<const Message*> systems, all;
  for (const Message& message : messages) (IsSystem(message) ? systems : all).push_back(&message);
  if (systems.empty()) return all;
  if (systems.size() == 1) {
    all.insert(all.begin(), systems.front());
    return all;
  }
  lead->role = Role::kSystem;
  for (const Message* system : systems)
    lead->parts.insert(lead->parts.end(), system->parts.begin(), system->parts.end());
  all.insert(all.begin(), lead);
  return all;
}

}  // namespace banto::api
