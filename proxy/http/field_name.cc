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

// The bits of `lower` that a name must share whatever its case. Known names are of letters, digits
// and '-', of which only the letters have the bit 0x40.
constexpr uint64_t Fixed(uint64_t lower) { return ~((lower & Every(0x40)) >> 1); }

constexpr bool SameWord(uint64_t word, uint64_t lower) {
  return ((word ^ lower) & Fixed(lower)) == 0;
}

constexpr std::array<char, kNameMax> Lowered(std::string_view text) {
  std::array<char, kNameMax> lower{};
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    lower[i] = c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
  }
  return lower;
}

// No two known names share a slot, and no two prefixes (asserted below): one look and one
// comparison decide, in 45 to 55 instructions for any name. (Asking for one name after another took
// 10 for each.) A new name may ask for another odd kSpread: try until it compiles.
constexpr int kSlotBits = 9;
constexpr int kPrefixBits = 4;
constexpr uint64_t kSpread = 0x909ff4976a8a43ef;

constexpr size_t SlotOf(uint64_t mixed, int bits) {
  return ((mixed | Every(0x20)) * kSpread) >> (64 - bits);
}

constexpr size_t SlotOf(Ends ends) {
  return SlotOf(ends.first ^ std::rotl(ends.last, 16), kSlotBits);
}

struct alignas(64) Entry {
  Ends lower{}, fixed{};
  std::array<uint64_t, 2> middle{};  // the second and third word of a name longer than two
  uint32_t size = 0;
  FieldName id = FieldName::kOther;
};

struct Prefix {
  uint64_t first = 0;
  std::string_view rest;
  FieldName id = FieldName::kOther;
};

struct Table {
  std::array<Entry, kKnown.size() + 1> entries{};  // the first is nobody's
  std::array<uint8_t, 1 << kSlotBits> slots{};
  std::array<Prefix, 1 << kPrefixBits> prefixes{};
  bool perfect = true;
};

constexpr Entry MakeEntry(const Known& known) {
  const std::array<char, kNameMax> lower = Lowered(known.text);
  Entry entry;
  entry.lower = EndsOf({lower.data(), known.text.size()});
  entry.fixed = {Fixed(entry.lower.first), Fixed(entry.lower.last)};
  entry.middle = {Load<uint64_t>(&lower[kWord]), Load<uint64_t>(&lower[2 * kWord])};
  entry.size = static_cast<uint32_t>(known.text.size());
  entry.id = known.id;
  return entry;
}

constexpr Table MakeTable() {
  Table table;
  for (size_t i = 0; i < kKnown.size(); ++i) {
    const Entry entry = MakeEntry(kKnown[i]);
    table.entries[i + 1] = entry;
    uint8_t& slot = table.slots[SlotOf(entry.lower)];
    table.perfect &= slot == 0 && entry.size >= kNameMin && entry.size <= kNameMax;
    slot = static_cast<uint8_t>(i + 1);
  }
  for (const Known& known : kPrefixes) {
    const uint64_t first = Load<uint64_t>(Lowered(known.text).data());
    Prefix& prefix = table.prefixes[SlotOf(first, kPrefixBits)];
    table.perfect &= prefix.first == 0 && known.text.size() >= kWord;
    prefix = {first, known.text.substr(kWord), known.id};
  }
  return table;
}

constexpr Table kTable = MakeTable();
static_assert(kTable.perfect);

bool SameEnds(Ends ends, const Entry& entry) {
  return (((ends.first ^ entry.lower.first) & entry.fixed.first) |
          ((ends.last ^ entry.lower.last) & entry.fixed.last)) == 0;
}

bool SameMiddle(const char* name, const Entry& entry) {
  return SameWord(Load<uint64_t>(name + kWord), entry.middle[0]) &&
         (entry.size <= 3 * kWord || SameWord(Load<uint64_t>(name + 2 * kWord), entry.middle[1]));
}

FieldName FamilyOf(std::string_view name, uint64_t first) {
  if (name.size() < kWord) return FieldName::kOther;
  const Prefix& prefix = kTable.prefixes[SlotOf(first, kPrefixBits)];
  if (!SameWord(first, prefix.first)) return FieldName::kOther;
  const std::string_view rest = name.substr(kWord, prefix.rest.size());
  return EqualsNoCase(rest, prefix.rest) ? prefix.id : FieldName::kOther;
}

}  // namespace

FieldName ClassifyFieldName(std::string_view name) {
  if (name.size() < kNameMin) return FieldName::kOther;
  const Ends ends = EndsOf(name);
  const Entry& entry = kTable.entries[kTable.slots[SlotOf(ends)]];
  if (entry.size == name.size() && SameEnds(ends, entry) &&
      (entry.size <= 2 * kWord || SameMiddle(name.data(), entry))) {
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
