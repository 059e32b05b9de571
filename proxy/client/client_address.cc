#include "proxy/client/client_address.h"

#include "proxy/http/list_reader.h"
#include "proxy/net/host_port.h"

namespace banto {
namespace {

// Takes the last element of a list; empty elements are skipped (RFC 9110 §5.6.1).
std::string_view TakeLast(std::string_view* list) {
  const size_t comma = list->rfind(',');
  const bool only = comma == std::string_view::npos;
  const std::string_view last = only ? *list : list->substr(comma + 1);
  *list = only ? std::string_view() : list->substr(0, comma);
  return http::TrimSpace(last);
}

// "203.0.113.7", "2001:db8::1", or with a port, as added by some balancers: "203.0.113.7:5432",
// "[2001:db8::1]:5432".
std::string_view WithoutPort(std::string_view element) {
  const size_t colon = element.find(':');
  const bool one_colon = colon != std::string_view::npos && element.rfind(':') == colon;
  if (!element.starts_with('[') && !one_colon) return element;
  net::HostPort parts;
  return net::SplitHostPort(element, &parts) ? parts.host : std::string_view();
}

}  // namespace

std::string_view ForwardedClient(const http::RequestHead& head, const Peer& peer,
                                 std::span<const net::Network> trusted) {
  std::string_view client = peer.ip;
  if (!head.Has(http::FieldName::kXForwardedFor) || !peer.TrustedBy(trusted)) return client;
  const auto entries = head.entries();
  for (auto entry = entries.rbegin(); entry != entries.rend(); ++entry) {
    if (entry->id != http::FieldName::kXForwardedFor) continue;
    std::string_view list = head.FieldOf(*entry).value;
    while (!list.empty()) {
      const std::string_view element = TakeLast(&list);
      if (element.empty()) continue;
      const std::string_view address = WithoutPort(element);
      const auto number = net::IpNumber::Parse(address);
      if (!number) return client;
      client = address;
      if (!net::AnyHas(trusted, *number)) return client;
    }
  }
  return client;
}

}  // namespace banto
