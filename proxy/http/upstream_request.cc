#include "proxy/http/field_lines.h"
#include "proxy/http/field_names.h"
#include "proxy/http/headers.h"
#include "proxy/http/writer.h"

namespace banto::http {
namespace {

using ExtraFields = std::vector<std::pair<std::string, std::string>>;

// The client's own list is continued; the others (Host, Proto, Prefix …) would let it speak for us.
constexpr std::string_view kForwardedPrefix = "X-Forwarded-";
constexpr std::string_view kForwardedFor = "X-Forwarded-For";

// Fields of the client that never reach a worker, whatever the settings.
bool IsDropped(std::string_view name) {
  switch (name.size()) {
    case 4:
      return EqualsNoCase(name, "Host");
    case 6:
      return EqualsNoCase(name, "Expect");
    case 9:
      // Ours speaks alone; a list of RFC 7239 that we do not continue would be wrong.
      return EqualsNoCase(name, "X-Real-IP") || EqualsNoCase(name, "Forwarded");
    case 12:
      return EqualsNoCase(name, "X-Request-Id");
    case 14:
      return EqualsNoCase(name, "Content-Length");
    case 17:
      // llama.cpp: keeps generating after the client left.
      return EqualsNoCase(name, "X-Conversation-Id");
    case 20:
      // SGLang: lets a client choose the replica behind the balancer's back.
      return EqualsNoCase(name, "X-data-parallel-rank");
    default:
      return false;
  }
}

bool HasName(const ExtraFields& extra, std::string_view name) {
  for (const auto& [extra_name, value] : extra) {
    if (EqualsNoCase(extra_name, name)) return true;
  }
  return false;
}

// One request while it is rendered. Lives for one call.
class UpstreamRequest {
 public:
  UpstreamRequest(const RequestHead& head, const ForwardingFields& forwarding)
      : head_(head), forwarding_(forwarding), nominates_(NominatesFields(head)) {}

  std::string Render(uint64_t body_size) {
    out_.reserve(SizeEstimate());
    out_.append(head_.method()).append(" ").append(head_.target()).append(" HTTP/1.1\r\n");
    AppendField("Host", forwarding_.host, &out_);
    AppendClientFields();
    AppendOurs();
    const std::string_view method = head_.method();
    // RFC 9110 §8.6: a method that expects content says so even when there is none.
    if (body_size > 0 || method == "POST" || method == "PUT" || method == "PATCH") {
      AppendField("Content-Length", body_size, &out_);
    }
    out_.append("\r\n");
    return std::move(out_);
  }

 private:
  size_t SizeEstimate() const {
    constexpr size_t kOurNamesBytes = 320;
    size_t size = head_.bytes().size() + kOurNamesBytes + forwarding_.host.size() +
                  2 * forwarding_.client_ip.size() + forwarding_.client_host.size() +
                  forwarding_.request_id.size() + forwarding_.authorization.size();
    if (forwarding_.extra != nullptr) {
      for (const auto& [name, value] : *forwarding_.extra) size += name.size() + value.size() + 4;
    }
    return size;
  }

  void AppendClientFields() {
    const auto keeps = [this](const Field& field) {
      if (StartsWithNoCase(field.name, kForwardedPrefix)) {
        NoteForwarded(field);
        return false;
      }
      if (IsHopByHopName(field.name) || IsDropped(field.name)) return false;
      if (IsReplaced(field.name)) return false;
      return !nominates_ || !head_.HasToken("Connection", field.name);
    };
    AppendFieldLines(head_, keeps, &out_);
  }

  // One line for all, because some servers read only the last or the first of several.
  void NoteForwarded(const Field& field) {
    if (field.value.empty() || !EqualsNoCase(field.name, kForwardedFor)) return;
    if (!forwarded_for_.empty()) forwarded_for_.append(", ");
    forwarded_for_.append(field.value);
  }

  // Whether something of ours takes the place of the client's field.
  bool IsReplaced(std::string_view name) const {
    if (forwarding_.extra != nullptr && HasName(*forwarding_.extra, name)) return true;
    switch (name.size()) {
      case 13:
        return !forwarding_.authorization.empty() && EqualsNoCase(name, "Authorization");
      case 15:
        return forwarding_.identity_encoding && EqualsNoCase(name, "Accept-Encoding");
      case 16:
        return forwarding_.body_decoded && EqualsNoCase(name, "Content-Encoding");
      default:
        return false;
    }
  }

  void AppendOurs() {
    AppendOwn("X-Real-IP", forwarding_.client_ip);
    AppendForwardedFor();
    AppendOwn("X-Forwarded-Proto", "http");
    AppendOwn("X-Forwarded-Host", forwarding_.client_host);
    AppendOwn("X-Request-Id", forwarding_.request_id);
    AppendOwn("Authorization", forwarding_.authorization);
    if (forwarding_.identity_encoding) AppendOwn("Accept-Encoding", "identity");
    // RFC 9110 §7.6.3: the version in which the message came to us. One more line continues the
    // list.
    AppendField("Via", head_.minor_version() == 0 ? "1.0 banto" : "1.1 banto", &out_);
    if (forwarding_.extra == nullptr) return;
    for (const auto& [name, value] : *forwarding_.extra) AppendField(name, value, &out_);
  }

  void AppendOwn(std::string_view name, std::string_view value) {
    if (value.empty()) return;
    if (forwarding_.extra != nullptr && HasName(*forwarding_.extra, name)) return;
    AppendField(name, value, &out_);
  }

  void AppendForwardedFor() {
    if (forwarded_for_.empty()) return AppendOwn(kForwardedFor, forwarding_.client_ip);
    if (!forwarding_.client_ip.empty()) forwarded_for_.append(", ").append(forwarding_.client_ip);
    AppendOwn(kForwardedFor, forwarded_for_);
  }

  const RequestHead& head_;
  const ForwardingFields& forwarding_;
  const bool nominates_;
  std::string forwarded_for_;  // the client's list
  std::string out_;
};

}  // namespace

std::string RenderUpstreamRequest(const RequestHead& head, const ForwardingFields& forwarding,
                                  uint64_t body_size) {
  return UpstreamRequest(head, forwarding).Render(body_size);
}

}  // namespace banto::http
