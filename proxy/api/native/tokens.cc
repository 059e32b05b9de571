#include "proxy/api/native/tokens.h"

#include "proxy/api/json_each.h"
#include "proxy/api/passed_answer.h"

namespace banto::api::native {
namespace {

bool IsUtf8(std::string_view body) {
  json::JsonCursor json(body);
  json.Skip();
  return json.Finish() && json.utf8_ok();
}

// How many elements a list has; -1: it is none, or has nothing where one should be. Engines call
// white space and special tokens by numbers; an empty text has none.
int64_t CountElements(RawJson list) {
  int64_t count = 0;
  bool good = true;
  const bool whole = EachElement(list, [&](RawJson element) {
    ++count;
    good = good && element != "null" && element != "{}";
  });
  return whole && good ? count : -1;
}

bool HoldsText(RawJson value) {
  if (value.starts_with('"')) return true;
  bool all = true, any = false;
  const bool whole = EachElement(value, [&](RawJson element) {
    all = all && element.starts_with('"');
    any = true;
  });
  return whole && all && any;
}

Completeness Verdict(bool complete) {
  return complete ? Completeness::kComplete : Completeness::kMalformed;
}

// Whether it says no error and is JSON; else *verdict.
bool IsReadable(const RequestExpectations& expectations, std::string_view body, Usage* usage,
                Completeness* verdict) {
  *verdict = CheckPassed(expectations, body, nullptr, usage);
  if (*verdict == Completeness::kUpstreamError) return false;
  *verdict = Completeness::kMalformed;
  return IsUtf8(body);
}

}  // namespace

Completeness CheckTokens(const RequestExpectations& expectations, std::string_view body,
                         FrameVerdict*, Usage* usage) {
  Completeness verdict;
  if (!IsReadable(expectations, body, usage, &verdict)) return verdict;
  RawJson tokens, count;
  if (!EachMember(body, [&](std::string_view key, RawJson value) {
        if (key == "tokens") tokens = value;
        if (key == "count") count = value;
      })) {
    return Verdict(CountElements(body) > 0);  // TGI, TEI
  }
  const int64_t found = CountElements(tokens);
  // SGLang counts each list of several texts.
  const bool counted = !json::IsJson(count) || count.starts_with('[') || tokens.starts_with("[[") ||
                       json::IntegerOr(count, -1) == found;
  return Verdict(found >= 0 && counted);
}

Completeness CheckText(const RequestExpectations& expectations, std::string_view body,
                       FrameVerdict*, Usage* usage) {
  Completeness verdict;
  if (!IsReadable(expectations, body, usage, &verdict)) return verdict;
  bool text = false;
  if (!EachMember(body, [&](std::string_view key, RawJson value) {
        const bool named = key == "prompt" || key == "content" || key == "text";
        text = text || (named && HoldsText(value));
      })) {
    text = HoldsText(body) && body.find('[') != body.npos;  // TEI
  }
  return Verdict(text);
}

Completeness CheckCount(const RequestExpectations& expectations, std::string_view body,
                        FrameVerdict*, Usage* usage) {
  Completeness verdict;
  if (!IsReadable(expectations, body, usage, &verdict)) return verdict;
  int64_t count = -1;
  const bool whole = EachMember(body, [&](std::string_view key, RawJson value) {
    if (key == "count" || key == "input_tokens") count = json::IntegerOr(value, -1);
  });
  return Verdict(whole && count >= 0);
}

}  // namespace banto::api::native
