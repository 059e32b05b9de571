#include "proxy/http/field_name.h"

#include <array>
#include <bit>
#include <cstring>
#include <type_traits>

#include "proxy/base/ascii.h"
#include "proxy/base/perfect_slots.h"
#include "proxy/http/field_name_list.h"
#include "proxy/http/message.h"

namespace banto::http {
namespace {

constexpr size_t kWord = sizeof(uint64_t);
constexpr size_t kNameMin = 2;
constexpr size_t kNameMax = 5 * kWord;
// Prefixes are looked up by their first bytes; none is shorter than this.
constexpr size_t kPrefixHeadBytes = 6;

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

// A name's first and last eight bytes, which overlap in a short one. Names below eight bytes use
// halves or quarters of that.
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

// The bits of `lower` that a name must match in any case. Known names consist of letters, digits
// and '-', of which only letters have bit 0x40.
constexpr uint64_t Fixed(uint64_t lower) { return ~((lower & Every(0x40)) >> 1); }

constexpr bool SameWord(uint64_t word, uint64_t lower) {
  return ((word ^ lower) & Fixed(lower)) == 0;
}

constexpr std::array<char, kNameMax> Lowered(std::string_view text) {
  std::array<char, kNameMax> lower{};
  for (size_t i = 0; i < text.size(); ++i) lower[i] = base::ToLower(text[i]);
  return lower;
}

// The first `size` bytes of a word.
constexpr uint64_t FirstBytes(size_t size) {
  std::array<char, kWord> mask{};
  for (size_t i = 0; i < size; ++i) mask[i] = static_cast<char>(0xFF);
  return Load<uint64_t>(mask.data());
}

// The keys that distinguish the known names, ignoring case, and those of the prefixes.
constexpr uint64_t KeyOf(Ends ends) {
  return (ends.first ^ std::rotl(ends.last, 16)) | Every(0x20);
}
constexpr uint64_t PrefixKeyOf(uint64_t first) {
  return (first & FirstBytes(kPrefixHeadBytes)) | Every(0x20);
}

struct alignas(64) Entry {
  Ends lower{}, fixed{};
  std::array<uint64_t, 3> middle{};  // the second to fourth word of a name of more than two words
  uint16_t size = 0;
  FieldName id = FieldName::kOther;
};

struct Prefix {
  uint64_t first = 0, mask = 0;  // its first word
  std::string_view rest;
  FieldName id = FieldName::kOther;
};

constexpr bool IsPrefix(std::string_view text) { return text.back() == '*'; }

constexpr size_t Count(bool prefixes) {
  size_t count = 0;
  ForEachNamedField([&](const NamedField& f) { count += IsPrefix(f.text) == prefixes ? 1 : 0; });
  return count;
}

// Element 0 of each is unused.
struct Table {
  std::array<Entry, Count(false) + 1> entries{};
  std::array<Prefix, Count(true) + 1> prefixes{};
};

constexpr Entry MakeEntry(const NamedField& field) {
  const std::array<char, kNameMax> lower = Lowered(field.text);
  Entry entry;
  entry.lower = EndsOf({lower.data(), field.text.size()});
  entry.fixed = {Fixed(entry.lower.first), Fixed(entry.lower.last)};
  for (size_t i = 0; i < entry.middle.size(); ++i) {
    entry.middle[i] = Load<uint64_t>(&lower[(i + 1) * kWord]);
  }
  entry.size = static_cast<uint16_t>(field.text.size());
  entry.id = field.id;
  return entry;
}

constexpr Prefix MakePrefix(std::string_view text, FieldName id) {
  const size_t size = text.size();
  return {Load<uint64_t>(Lowered(text).data()), FirstBytes(size < kWord ? size : kWord),
          size < kWord ? std::string_view() : text.substr(kWord), id};
}

constexpr Table MakeTable() {
  Table table;
  size_t names = 0, prefixes = 0;
  ForEachNamedField([&](const NamedField& field) {
    const size_t size = field.text.size();
    if (IsPrefix(field.text)) {
      if (size - 1 < kPrefixHeadBytes) throw "too short for a prefix";
      table.prefixes[++prefixes] = MakePrefix(field.text.substr(0, size - 1), field.id);
    } else {
      if (size < kNameMin || size > kNameMax) throw "too short or too long for a name";
      table.entries[++names] = MakeEntry(field);
    }
  });
  return table;
}
constexpr Table kTable = MakeTable();

constexpr std::array<uint64_t, Count(false)> KeysOfNames() {
  std::array<uint64_t, Count(false)> keys{};
  for (size_t i = 0; i < keys.size(); ++i) keys[i] = KeyOf(kTable.entries[i + 1].lower);
  return keys;
}

constexpr std::array<uint64_t, Count(true)> KeysOfPrefixes() {
  std::array<uint64_t, Count(true)> keys{};
  for (size_t i = 0; i < keys.size(); ++i) keys[i] = PrefixKeyOf(kTable.prefixes[i + 1].first);
  return keys;
}

constexpr auto kNameSlots = base::MakePerfectSlots<13>(KeysOfNames());
constexpr auto kPrefixSlots = base::MakePerfectSlots<5>(KeysOfPrefixes());

constexpr FieldSet MakeHarmless(HarmlessTo to) {
  FieldSet set = {to == HarmlessTo::kAll ? FieldName::kHarmless : FieldName::kHarmlessToApi};
  for (const HarmlessGroup& group : kHarmlessFields) {
    if (group.to != to) continue;
    ForEachName(group.names, [&set](std::string_view name) {
      if (const FieldName own = OwnIdOf(name); own != FieldName::kOther) set.Add(own);
    });
  }
  return set;
}

constexpr FieldSet MakeCredentials() {
  FieldSet set = {FieldName::kCredential};
  ForEachName(kCredentialFields, [&set](std::string_view name) {
    if (const FieldName own = OwnIdOf(name); own != FieldName::kOther) set.Add(own);
  });
  return set;
}

constexpr FieldSet kHarmlessToAll = MakeHarmless(HarmlessTo::kAll);
constexpr FieldSet kHarmlessToApi = kHarmlessToAll | MakeHarmless(HarmlessTo::kApi);
constexpr FieldSet kCredentials = MakeCredentials();

bool SameEnds(Ends ends, const Entry& entry) {
  return (((ends.first ^ entry.lower.first) & entry.fixed.first) |
          ((ends.last ^ entry.lower.last) & entry.fixed.last)) == 0;
}

bool SameMiddle(const char* name, const Entry& entry) {
  for (size_t i = 0; (i + 2) * kWord < entry.size; ++i) {
    if (!SameWord(Load<uint64_t>(name + (i + 1) * kWord), entry.middle[i])) return false;
  }
  return true;
}

FieldName FamilyOf(std::string_view name, uint64_t first) {
  if (name.size() < kWord) return FieldName::kOther;
  const Prefix& prefix = kTable.prefixes[kPrefixSlots.Find(PrefixKeyOf(first))];
  if (((first ^ prefix.first) & Fixed(prefix.first) & prefix.mask) != 0) return FieldName::kOther;
  const std::string_view rest = name.substr(kWord, prefix.rest.size());
  return EqualsNoCase(rest, prefix.rest) ? prefix.id : FieldName::kOther;
}

}  // namespace

FieldName ClassifyFieldName(std::string_view name) {
  if (name.size() < kNameMin) return FieldName::kOther;
  const Ends ends = EndsOf(name);
  const Entry& entry = kTable.entries[kNameSlots.Find(KeyOf(ends))];
  if (entry.size == name.size() && SameEnds(ends, entry) &&
      (entry.size <= 2 * kWord || SameMiddle(name.data(), entry))) {
    return entry.id;
  }
  return FamilyOf(name, ends.first);
}

FieldSet HarmlessToAll() { return kHarmlessToAll; }
FieldSet HarmlessToApi() { return kHarmlessToApi; }
FieldSet Credentials() { return kCredentials; }

}  // namespace banto::http
