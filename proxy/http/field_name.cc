#include "proxy/http/field_name.h"

#include <array>
#include <bit>
#include <cstring>
#include <type_traits>

#include "proxy/http/message.h"

namespace banto::http {
namespace {

struct Known {
  std::string_view text;
  FieldName id;
};

constexpr auto kKnown = std::to_array<Known>({
    {"Accept", FieldName::kAccept},
    {"Accept-Encoding", FieldName::kAcceptEncoding},
    {"Access-Control-Request-Headers", FieldName::kAccessControlRequestHeaders},
    {"Access-Control-Request-Method", FieldName::kAccessControlRequestMethod},
    {"Age", FieldName::kAge},
    {"Api-Key", FieldName::kApiKey},
    {"Authorization", FieldName::kAuthorization},
    {"Cache-Control", FieldName::kCacheControl},
    {"Cache-Status", FieldName::kCacheStatus},
    {"Connection", FieldName::kConnection},
    {"Content-Encoding", FieldName::kContentEncoding},
    {"Content-Length", FieldName::kContentLength},
    {"Content-Type", FieldName::kContentType},
    {"Cookie", FieldName::kCookie},
    {"Date", FieldName::kDate},
    {"Expect", FieldName::kExpect},
    {"Forwarded", FieldName::kForwarded},
    {"Host", FieldName::kHost},
    {"Keep-Alive", FieldName::kKeepAlive},
    {"Origin", FieldName::kOrigin},
    {"Pragma", FieldName::kPragma},
    {"Proxy-Authenticate", FieldName::kProxyAuthenticate},
    {"Proxy-Authorization", FieldName::kProxyAuthorization},
    {"Proxy-Connection", FieldName::kProxyConnection},
    {"Range", FieldName::kRange},
    {"Retry-After", FieldName::kRetryAfter},
    {"Server", FieldName::kServer},
    {"Set-Cookie", FieldName::kSetCookie},
    {"TE", FieldName::kTe},
    {"Trailer", FieldName::kTrailer},
    {"Transfer-Encoding", FieldName::kTransferEncoding},
    {"Upgrade", FieldName::kUpgrade},
    {"User-Agent", FieldName::kUserAgent},
    {"Vary", FieldName::kVary},
    {"Via", FieldName::kVia},
    {"X-Api-Key", FieldName::kXApiKey},
    {"X-Banto-Worker", FieldName::kXBantoWorker},
    {"X-Cache", FieldName::kXCache},
    {"X-Conversation-Id", FieldName::kXConversationId},
    {"X-Data-Parallel-Rank", FieldName::kXDataParallelRank},
    {"X-Forwarded-For", FieldName::kXForwardedFor},
    {"X-Forwarded-Host", FieldName::kXForwardedHost},
    {"X-Forwarded-Proto", FieldName::kXForwardedProto},
    {"X-Real-IP", FieldName::kXRealIp},
    {"X-Request-Id", FieldName::kXRequestId},
    {"Alt-Svc", FieldName::kOfOneExchange},
    {"CF-Ray", FieldName::kOfOneExchange},
    {"NEL", FieldName::kOfOneExchange},
    {"OpenAI-Processing-Ms", FieldName::kOfOneExchange},
    {"Report-To", FieldName::kOfOneExchange},
    {"Request-Id", FieldName::kOfOneExchange},
    {"Server-Timing", FieldName::kOfOneExchange},
    {"Set-Cookie2", FieldName::kOfOneExchange},
    {"Trace-Id", FieldName::kOfOneExchange},
    {"TraceParent", FieldName::kOfOneExchange},
    {"TraceState", FieldName::kOfOneExchange},
    {"X-Correlation-Id", FieldName::kOfOneExchange},
    {"X-Process-Time", FieldName::kOfOneExchange},
    {"X-Runtime", FieldName::kOfOneExchange},
});

// Looked at only when no whole name fits. None is shorter than a word.
constexpr auto kPrefixes = std::to_array<Known>({
    {"X-Forwarded-", FieldName::kXForwardedOther},
    {"Access-Control-", FieldName::kOfOneExchange},
    {"Anthropic-RateLimit-", FieldName::kOfOneExchange},
    {"RateLimit", FieldName::kOfOneExchange},
    {"X-Banto-", FieldName::kOfOneExchange},
    {"X-Envoy-", FieldName::kOfOneExchange},
    {"X-RateLimit-", FieldName::kOfOneExchange},
});

constexpr size_t kWord = sizeof(uint64_t);
constexpr size_t kNameMin = 2;
constexpr size_t kNameMax = 4 * kWord;

template <class T>
constexpr uint64_t Load(const char* p) {
  std::array<char, sizeof(T)> bytes{};
  if (std::is_constant_evaluated()) {
    for (char& c : bytes) c = *p++;
  } else {
    std::memcpy(bytes.data(), p, sizeof(T));
  }
  return std::bit_cast<T>(bytes);
}

// A name's first and last word, which overlap where it is short; both are half or quarter words
// where it is shorter than one.
struct Ends {
  uint64_t first, last;
};

constexpr Ends EndsOf(std::string_view name) {
  const char* p = name.data();
  const char* end = p + name.size();
  if (name.size() >= 8) return {Load<uint64_t>(p), Load<uint64_t>(end - 8)};
  if (name.size() >= 4) return {Load<uint32_t>(p), Load<uint32_t>(end - 4)};
  return {Load<uint16_t>(p), Load<uint16_t>(end - 2)};
}

constexpr uint64_t Every(unsigned char c) { return c * 0x0101010101010101u; }

// `lower` is of lower-case letters, digits and '-', of which only the letters have the bit 0x40.
constexpr bool SameWord(uint64_t word, uint64_t lower) {
  return ((word ^ lower) & ~((lower & Every(0x40)) >> 1)) == 0;
}

constexpr std::array<char, kNameMax> Lowered(std::string_view text) {
  std::array<char, kNameMax> lower{};
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    lower[i] = c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
  }
  return lower;
}

// No two known names share a slot (asserted below): one look and one comparison decide. 35
// instructions a name, 60 for an unknown one; a switch on the size with the comparisons behind it
// took 40 to 150. A new name may ask for another odd kSpread: try until it compiles.
constexpr size_t kSlots = 512;
constexpr uint64_t kSpread = 0x78e510617311d8a3;

constexpr size_t SlotOf(Ends ends, size_t size) {
  const uint64_t mixed = (ends.first | Every(0x20)) * 31 + (ends.last | Every(0x20)) + size;
  return (mixed * kSpread) >> 55;
}

struct Entry {
  Ends ends{};
  std::array<uint64_t, 2> middle{};  // the second and third word of a name longer than two
  size_t size = 0;
  FieldName id = FieldName::kOther;
};

struct Table {
  std::array<Entry, kKnown.size() + 1> entries{};  // the first is nobody's
  std::array<uint8_t, kSlots> slots{};
  bool perfect = true;
};

constexpr Table MakeTable() {
  Table table;
  for (size_t i = 0; i < kKnown.size(); ++i) {
    const std::string_view text = kKnown[i].text;
    const std::array<char, kNameMax> lower = Lowered(text);
    Entry& entry = table.entries[i + 1];
    entry.ends = EndsOf({lower.data(), text.size()});
    entry.middle = {Load<uint64_t>(&lower[kWord]), Load<uint64_t>(&lower[2 * kWord])};
    entry.size = text.size();
    entry.id = kKnown[i].id;
    uint8_t& slot = table.slots[SlotOf(entry.ends, entry.size)];
    table.perfect &= slot == 0 && text.size() >= kNameMin && text.size() <= kNameMax;
    slot = static_cast<uint8_t>(i + 1);
  }
  return table;
}

constexpr Table kTable = MakeTable();
static_assert(kTable.perfect);

bool SameMiddle(const char* name, const Entry& entry) {
  if (entry.size <= 2 * kWord) return true;
  if (!SameWord(Load<uint64_t>(name + kWord), entry.middle[0])) return false;
  return entry.size <= 3 * kWord || SameWord(Load<uint64_t>(name + 2 * kWord), entry.middle[1]);
}

struct Prefix {
  uint64_t first;
  std::string_view rest;
  FieldName id;
};

constexpr std::array<Prefix, kPrefixes.size()> MakePrefixes() {
  std::array<Prefix, kPrefixes.size()> prefixes{};
  for (size_t i = 0; i < prefixes.size(); ++i) {
    const std::string_view text = kPrefixes[i].text;
    prefixes[i] = {Load<uint64_t>(Lowered(text).data()), text.substr(kWord), kPrefixes[i].id};
  }
  return prefixes;
}

FieldName FamilyOf(std::string_view name, uint64_t first) {
  static constexpr std::array<Prefix, kPrefixes.size()> kFamilies = MakePrefixes();
  if (name.size() < kWord) return FieldName::kOther;
  for (const Prefix& prefix : kFamilies) {
    if (!SameWord(first, prefix.first)) continue;
    const std::string_view rest = name.substr(kWord, prefix.rest.size());
    return EqualsNoCase(rest, prefix.rest) ? prefix.id : FieldName::kOther;
  }
  return FieldName::kOther;
}

}  // namespace

FieldName ClassifyFieldName(std::string_view name) {
  if (name.size() < kNameMin) return FieldName::kOther;
  const Ends ends = EndsOf(name);
  const Entry& entry = kTable.entries[kTable.slots[SlotOf(ends, name.size())]];
  if (entry.size == name.size() && SameWord(ends.first, entry.ends.first) &&
      SameWord(ends.last, entry.ends.last) && SameMiddle(name.data(), entry)) {
    return entry.id;
  }
  return FamilyOf(name, ends.first);
}

std::string_view FieldNameText(FieldName id) {
  for (const Known& known : kKnown) {
    if (known.id == id && !IsFamily(id)) return known.text;
  }
  return {};
}

}  // namespace banto::http
