#include "proxy/fetch/external_head.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "proxy/api/engine_traits.h"
#include "proxy/base/version.h"
#include "proxy/http/headers.h"
#include "proxy/http/pen.h"

namespace banto {
namespace {

// The client's fields that pass. Not among them, beside cookies, keys, addresses and sessions:
// - X-Request-Id, traceparent: they join the requests of one person, or of one page;
// - Idempotency-Key: it counts within an account, which here is ours. Two clients with the same one
//   would get each other's answers;
// - OpenAI-Organization, OpenAI-Project: whose account pays is for the worker's `headers` to say;
// - User-Agent, X-Stainless-*, Accept-Language: they describe the client's machine.
struct PassedField {
  std::string_view name, why;
};
constexpr auto kPassed = std::to_array<PassedField>({
    {"Accept", "the form in which the client reads the answer"},
    {"Content-Type", "the form of the body"},
    {"anthropic-version", "the version of the API in which the body is written"},
    {"anthropic-beta", "switches on what the body asks for"},
    {"OpenAI-Beta", "the same"},
});
// … and of a query: Anthropic's SDK writes "?beta=true" beside anthropic-beta.
constexpr std::string_view kPassedArgument = "beta=true";

bool Has(const upstream::Worker& worker, std::string_view name) {
  const auto& fields = worker.settings.headers;
  return std::any_of(fields.begin(), fields.end(),
                     [name](const auto& field) { return http::EqualsNoCase(field.first, name); });
}

bool Passes(std::string_view name) {
  return std::any_of(kPassed.begin(), kPassed.end(), [name](const PassedField& field) {
    return http::EqualsNoCase(field.name, name);
  });
}

// An application's query may be all that it is asked.
std::string TargetFor(const UpstreamCall& call, const upstream::Worker& worker) {
  const std::string_view target = call.head->target();
  if (api::TraitsOf(worker.kind).is_application) return worker.path.Of(target);
  const std::string_view path = target.substr(0, target.find('?'));
  if (path.size() == target.size()) return worker.path.Of(path);
  const std::string query = "&" + std::string(target.substr(path.size() + 1)) + "&";
  const bool passes = query.find("&" + std::string(kPassedArgument) + "&") != std::string::npos;
  return worker.path.Of(std::string(path) + (passes ? "?" + std::string(kPassedArgument) : ""));
}

void PutClientFields(const UpstreamCall& call, const upstream::Worker& worker, http::Pen* pen) {
  const http::RequestHead& head = *call.head;
  for (const http::FieldEntry& entry : head.entries()) {
    const http::Field field = head.FieldOf(entry);
    const bool coding = entry.id == http::FieldName::kContentEncoding && !call.body_decoded;
    if ((Passes(field.name) || coding) && !Has(worker, field.name) &&
        !http::IsNominated(head, field.name))
      pen->PutLine(field.name, field.value);
  }
}

void PutOurs(const UpstreamCall& call, const upstream::Worker& worker, http::Pen* pen) {
  const auto put = [&](std::string_view name, std::string_view value) {
    if (!value.empty() && !Has(worker, name)) pen->PutLine(name, value);
  };
  put("Authorization", worker.authorization);
  put("User-Agent", std::string("banto/") + kBantoVersion);
  // The answer is read here, and never coded for a client that we do not describe.
  put("Accept-Encoding", "identity");
  const api::FieldLine& needed = api::TraitsOf(worker.kind).needed_field;
  if (*needed.name != 0 && !call.head->Find(needed.name)) put(needed.name, needed.value);
  for (const auto& [name, value] : worker.settings.headers) {
    pen->PutClean(name);
    pen->Put(": ");
    pen->PutClean(value);
    pen->Put("\r\n");
  }
}

}  // namespace

void AppendExternalHead(const UpstreamCall& call, const upstream::Worker& worker,
                        std::string* out) {
  constexpr size_t kOurBytes = 512;
  http::Pen pen(call.head->bytes().size() + kOurBytes, out);
  const std::string_view method = call.head->method();
  pen.Put(method);
  pen.Put(" ");
  pen.Put(TargetFor(call, worker));
  const std::string_view host =
      worker.host.empty() ? call.head->host() : std::string_view(worker.host);
  pen.PutField(" HTTP/1.1\r\nHost: ", host);
  PutClientFields(call, worker, &pen);
  PutOurs(call, worker, &pen);
  // RFC 9110 §8.6: methods that expect content state the length even when it is 0.
  if (!call.body.empty() || method == "POST" || method == "PUT" || method == "PATCH") {
    pen.Put("Content-Length: ");
    pen.PutNumber(call.body.size());
    pen.Put("\r\n");
  }
  pen.Put("\r\n");
}

}  // namespace banto
