#include <algorithm>

#include "proxy/http/field_lines.h"
#include "proxy/http/field_names.h"
#include "proxy/http/headers.h"
#include "proxy/http/pen.h"

namespace banto::http {
namespace {

using ExtraFields = std::vector<std::pair<std::string, std::string>>;

// Client fields that never reach a worker, whatever the settings.
constexpr FieldSet kNeverSent =
    kHopByHopFields |
    FieldSet{FieldName::kXForwardedFor,  // replaced by one line of our own
             FieldName::kHost, FieldName::kExpect, FieldName::kContentLength,
             FieldName::kXRequestId,
             // Only ours is sent; an RFC 7239 list that we do not extend would be wrong.
             FieldName::kXRealIp, FieldName::kForwarded,
             // llama.cpp: keeps generating after the client has left.
             FieldName::kXConversationId,
             // SGLang: lets a client choose the replica behind the balancer's back.
             FieldName::kXDataParallelRank};

bool HasName(const ExtraFields& extra, std::string_view name) {
  for (const auto& [extra_name, value] : extra) {
    if (EqualsNoCase(extra_name, name)) return true;
  }
  return false;
}

// Renders one request. Lives for one call.
class UpstreamRequest {
 public:
  UpstreamRequest(const RequestHead& head, const ForwardingFields& forwarding, std::string* out)
      : head_(head), forwarding_(forwarding), pen_(SizeMax(head, forwarding), out) {
    if (forwarding.extra == nullptr) return;
    for (const auto& [name, value] : *forwarding.extra) {
      const FieldName id = ClassifyFieldName(name);
      if (IsFamily(id)) {
        extra_family_ = true;
      } else {
        extra_.Add(id);
      }
    }
  }

  void Render(uint64_t body_size) {
    const std::string_view method = head_.method();
    pen_.Put(method);
    pen_.Put(" ");
    PutTarget();
    pen_.PutField(" HTTP/1.1\r\nHost: ", forwarding_.host);
    PutClientFields();
    PutOurs();
    // RFC 9110 §8.6: methods that expect content state the length even when it is 0.
    if (body_size > 0 || method == "POST" || method == "PUT" || method == "PATCH") {
      pen_.Put("Content-Length: ");
      pen_.PutNumber(body_size);
      pen_.Put("\r\n");
    }
    pen_.Put("\r\n");
  }

 private:
  // The client's contribution (its lines, its address list) takes no more room than in its own
  // head.
  static size_t SizeMax(const RequestHead& head, const ForwardingFields& forwarding) {
    constexpr size_t kOurNamesBytes = 320;
    size_t size = head.bytes().size() + kOurNamesBytes + forwarding.prefix.size() +
                  forwarding.query.size() + forwarding.host.size() + forwarding.client_ip.size() +
                  forwarding.peer_ip.size() + forwarding.client_host.size() +
                  forwarding.request_id.size() + forwarding.authorization.size();
    if (forwarding.extra != nullptr) {
      for (const auto& [name, value] : *forwarding.extra) size += name.size() + value.size() + 4;
    }
    return size;
  }

  void PutTarget() {
    constexpr std::string_view kV1 = "/v1";
    std::string_view target = head_.target();
    if (!forwarding_.prefix.empty() && target != "*") {
      pen_.Put(forwarding_.prefix);
      const std::string_view rest = target.substr(std::min(kV1.size(), target.size()));
      const bool ends = rest.empty() || rest[0] == '/' || rest[0] == '?';
      if (forwarding_.prefix_is_v1 && ends && target.starts_with(kV1)) target = rest;
    }
    pen_.Put(target);
    if (forwarding_.query.empty()) return;
    pen_.Put(target.find('?') == target.npos ? "?" : "&");
    pen_.Put(forwarding_.query);
  }

  void PutClientFields() {
    FieldSet dropped = kNeverSent | Replaced();
    if (!forwarding_.peer_trusted) dropped = dropped | kForwardedFields;
    const bool by_name = extra_family_ || head_.nominates_fields();
    const auto drops = [&](const FieldEntry& entry) {
      return dropped.Has(entry.id) || (by_name && IsDroppedByName(head_.FieldOf(entry)));
    };
    ForEachRun(head_, drops, [this](std::string_view run) { pen_.Put(run); });
  }

  // The single names that we replace.
  FieldSet Replaced() const {
    FieldSet set = extra_;
    if (!forwarding_.authorization.empty() || forwarding_.own_key)
      set.Add(FieldName::kAuthorization);
    if (forwarding_.identity_encoding) set.Add(FieldName::kAcceptEncoding);
    if (forwarding_.origin_settled) set.Add(FieldName::kOrigin);
    if (forwarding_.body_decoded) set.Add(FieldName::kContentEncoding);
    return set;
  }

  bool IsDroppedByName(const Field& field) const {
    if (extra_family_ && IsFamily(field.id) && HasName(*forwarding_.extra, field.name)) return true;
    return IsNominated(head_, field.name);
  }

  void PutOurs() {
    PutOwn(FieldName::kXRealIp, "X-Real-IP: ", forwarding_.client_ip);
    PutForwardedFor();
    PutUnlessContinued(FieldName::kXForwardedProto, "X-Forwarded-Proto: ", "http");
    PutUnlessContinued(FieldName::kXForwardedHost, "X-Forwarded-Host: ", forwarding_.client_host);
    PutOwn(FieldName::kXRequestId, "X-Request-Id: ", forwarding_.request_id);
    PutOwn(FieldName::kAuthorization, "Authorization: ", forwarding_.authorization);
    if (forwarding_.identity_encoding) {
      PutOwn(FieldName::kAcceptEncoding, "Accept-Encoding: ", "identity");
    }
    // RFC 9110 §7.6.3: the version in which we received the message. A further line extends the
    // list.
    pen_.Put(head_.minor_version() == 0 ? "Via: 1.0 banto\r\n" : "Via: 1.1 banto\r\n");
    if (!forwarding_.needed_name.empty()) [[unlikely]]
      PutNeeded();
    if (forwarding_.extra == nullptr) return;
    for (const auto& [name, value] : *forwarding_.extra) {
      pen_.PutClean(name);
      pen_.Put(": ");
      pen_.PutClean(value);
      pen_.Put("\r\n");
    }
  }

  void PutNeeded() {
    const std::string_view name = forwarding_.needed_name;
    const bool ours = forwarding_.extra != nullptr && HasName(*forwarding_.extra, name);
    if (!ours && !head_.Find(name)) pen_.PutLine(name, forwarding_.needed_value);
  }

  void PutOwn(FieldName id, std::string_view start, std::string_view value) {
    if (value.empty() || extra_.Has(id)) return;
    pen_.PutField(start, value);
  }

  // A trusted peer's fields were already forwarded with the client's.
  void PutUnlessContinued(FieldName id, std::string_view start, std::string_view value) {
    if (!forwarding_.peer_trusted || !head_.Has(id)) PutOwn(id, start, value);
  }

  // One line with everything from a trusted peer's lines, because some servers read only the first
  // or the last of several.
  void PutForwardedFor() {
    constexpr FieldName kName = FieldName::kXForwardedFor;
    constexpr std::string_view kStart = "X-Forwarded-For: ";
    if (!forwarding_.peer_trusted || !head_.Has(kName))
      return PutOwn(kName, kStart, forwarding_.peer_ip);
    if (extra_.Has(kName)) return;
    std::string_view before = kStart;
    const auto put = [&](std::string_view addresses) {
      if (addresses.empty()) return;
      pen_.Put(std::exchange(before, ", "));
      pen_.PutClean(addresses);
    };
    for (const FieldEntry& entry : head_.entries()) {
      if (entry.id == kName) put(head_.FieldOf(entry).value);
    }
    put(forwarding_.peer_ip);
    if (before != kStart) pen_.Put("\r\n");
  }

  const RequestHead& head_;
  const ForwardingFields& forwarding_;
  Pen pen_;
  FieldSet extra_;             // single names among the extra fields
  bool extra_family_ = false;  // the extra fields include families, which are compared by text
};

}  // namespace

void AppendUpstreamRequest(const RequestHead& head, const ForwardingFields& forwarding,
                           uint64_t body_size, std::string* out) {
  UpstreamRequest(head, forwarding, out).Render(body_size);
}

}  // namespace banto::http
