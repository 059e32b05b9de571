#include "proxy/fetch/external_answer.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "proxy/base/ascii.h"
#include "proxy/http/parser.h"

namespace banto {
namespace {

// What is not passed on. All else is: retry-after and x-should-retry, by which SDKs decide,
// openai-processing-ms and openai-version, the fields of caches and of CORS; and what we do not
// know. (x-request-id and request-id become ours, as in every answer.)
struct KeptField {
  std::string_view name, why;  // a name that ends in '*' is a beginning
};
constexpr auto kKept = std::to_array<KeptField>({
    {"set-cookie*", "its client could not give it back: Cookie does not pass"},
    {"openai-organization*", "whose account pays"},
    {"openai-project*", "the same"},
    {"anthropic-organization*", "the same"},
    {"anthropic-workspace*", "the same"},
    {"x-ratelimit-*", "what is left of our account's limits, which no single client can heed"},
    {"ratelimit*", "the same, as the IETF's draft spells it"},
    {"anthropic-ratelimit-*", "the same"},
    {"anthropic-priority-*", "the same"},
    {"anthropic-fast-*", "the same"},
    {"x-ms-deployment-name", "what the deployment that our account pays for is called"},
    {"cf-*", "of the way between the API and us"},
    {"alt-svc", "browsers would look for us at its other address"},
    {"strict-transport-security", "… would take it for a word on our host"},
    {"public-key-pins*", "the same"},
    {"expect-ct", "the same"},
    {"clear-site-data", "the same"},
    {"report-to", "… would tell it what they do here"},
    {"reporting-endpoints", "the same"},
    {"nel", "the same"},
});

bool IsKept(std::string_view name) {
  const std::string lower = base::Lowered(name);
  return std::any_of(kKept.begin(), kKept.end(), [&lower](const KeptField& field) {
    const std::string_view text = field.name;
    return text.ends_with('*') ? lower.starts_with(text.substr(0, text.size() - 1)) : lower == text;
  });
}

// As texts of errors quote them: "Rate limit reached for gpt-4o in organization org-abc".
constexpr std::string_view kAccountNames[] = {"org-", "proj_", "sk-"};

bool IsPartOfName(char c) { return base::IsAlnum(c) || c == '-' || c == '_' || c == '*'; }

void HideNames(std::string_view beginning, std::string* text) {
  constexpr std::string_view kHidden = "***";
  for (size_t at = text->find(beginning); at != text->npos; at = text->find(beginning, at)) {
    const bool begins = at == 0 || !IsPartOfName((*text)[at - 1]);
    at += beginning.size();
    if (!begins) continue;
    size_t end = at;
    while (end < text->size() && IsPartOfName((*text)[end])) ++end;
    text->replace(at, end - at, kHidden);
  }
}

}  // namespace

std::string WithoutAccount(std::string text) {
  for (const std::string_view beginning : kAccountNames) HideNames(beginning, &text);
  return text;
}

void KeepToOurselves(std::string_view method, http::ResponseHead* head) {
  const std::string& bytes = head->bytes();
  std::string text = bytes.substr(0, bytes.find('\n') + 1);
  for (const http::FieldEntry& entry : head->entries()) {
    const http::Field field = head->FieldOf(entry);
    if (!IsKept(field.name))
      text.append(field.name).append(": ").append(field.value).append("\r\n");
  }
  text.append("\r\n");
  http::ResponseHead rest;
  const http::HeadLimits limits = {2 * text.size(), head->field_count() + 1};
  // A part of a good head is one.
  if (http::ParseResponseHead(text, 0, limits, method, &rest).status == http::ParseStatus::kDone)
    *head = std::move(rest);
}

}  // namespace banto
