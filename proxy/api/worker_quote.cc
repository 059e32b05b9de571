#include "proxy/api/worker_quote.h"

#include <algorithm>

#include "proxy/base/ascii.h"
#include "proxy/http/media_type.h"
#include "proxy/http/message.h"
#include "proxy/http/short_text.h"
#include "proxy/json/json_cursor.h"
#include "proxy/json/utf8.h"

namespace banto::api {
namespace {

constexpr size_t kTextBytesMax = 4096;  // of what is taken over as a message

// A page of HTML is not quoted, but its title is what a gateway has to say.
std::string_view TitleOf(std::string_view page) {
  constexpr std::string_view kOpen = "<title>", kClose = "</title>";
  const auto open =
      std::search(page.begin(), page.end(), kOpen.begin(), kOpen.end(), base::IsCaseOf);
  if (open == page.end()) return {};
  const auto begin = open + kOpen.size();
  const auto close = std::search(begin, page.end(), kClose.begin(), kClose.end(), base::IsCaseOf);
  return close == page.end() ? std::string_view()
                             : base::Trimmed({&*begin, static_cast<size_t>(close - begin)});
}

}  // namespace

std::string QuoteWorker(int status, std::string_view content_type, std::string_view body) {
  const std::string_view type = http::MediaTypeName(content_type);
  const std::string_view text = base::Trimmed(body);
  const bool html = text.substr(0, 1) == "<" && text.substr(0, 5) != "<?xml";
  const bool readable = type.empty() || http::EqualsNoCase(type.substr(0, 5), "text/") ||
                        (json::IsUtf8(text) && text.find('\0') == std::string_view::npos);
  const std::string answered = "the worker answered " + std::to_string(status);
  if (!html && json::HasSubstance(text) && readable) {
    const bool json = text.front() == '{' || text.front() == '[';
    return (json ? answered + ": " : "") + http::Shortened(text, kTextBytesMax);
  }
  const std::string_view title = html ? TitleOf(text) : std::string_view();
  if (title.empty()) return answered + " without an explanation";
  return answered + " with a page: " + http::Shortened(title, kTextBytesMax);
}

}  // namespace banto::api
