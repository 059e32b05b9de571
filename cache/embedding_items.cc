#include "cache/embedding_items.h"

#include <algorithm>
#include <array>

#include "proxy/json/json_cursor.h"

namespace banto::cache {
namespace {

using json::JsonCursor;
using json::JsonField;
using json::JsonKind;
using json::JsonMember;
using json::JsonScan;

// Vectors of other numbers than floats, or in another order of bytes: vLLM (entrypoints/pooling,
// embed_dtype), Voyage, Cohere.
constexpr std::array<std::string_view, 4> kOtherNumbers = {"embed_dtype", "endianness",
                                                           "output_dtype", "embedding_types"};

// One item: a text, or a list of token ids.
bool IsItem(std::string_view raw) {
  if (raw.starts_with('"')) return true;
  JsonCursor json(raw);
  if (!json.EnterArray()) return false;
  bool any = false;
  while (json.NextElement()) {
    const char first = json.Peek();
    if (first < '0' || first > '9') return false;
    json.Skip();
    any = true;
  }
  return any && json.ok();
}

// The elements of a list of items. Empty: it is no such list, or too long.
std::vector<std::string_view> Elements(std::string_view raw) {
  std::vector<std::string_view> elements;
  JsonCursor json(raw);
  if (!json.EnterArray()) return elements;
  while (json.NextElement()) {
    const std::string_view element = json.Skip();
    if (!IsItem(element) || elements.size() == EmbeddingItems::kItemsMax) return {};
    elements.push_back(element);
  }
  return elements;
}

bool AsksForFloats(const JsonScan& scan, const api::VectorForm& form, EmbeddingItems* items) {
  const auto members = scan.members();
  const auto is_other = [&](const JsonMember& member) {
    return member.field == JsonField::kOther &&
           std::find(kOtherNumbers.begin(), kOtherNumbers.end(), scan.CanonicalKey(member)) !=
               kOtherNumbers.end();
  };
  if (std::any_of(members.begin(), members.end(), is_other)) return false;
  if (scan.misspelt().Meets({JsonField::kInput, JsonField::kEncodingFormat})) return false;
  const JsonMember* const encoding = scan.Find(JsonField::kEncodingFormat);
  if (!form.by_encoding || encoding == nullptr) return true;
  items->encoding = encoding->value;
  const std::string_view asked = scan.Canonical(*encoding);
  items->base64 = asked == R"("base64")";
  return items->base64 || asked == R"("float")" || encoding->kind == JsonKind::kNull;
}

std::optional<CacheKey> KeyOfItem(const CacheKey& request, std::string_view item) {
  thread_local CacheKeyBuilder key;
  key.AddPart(KeyTag::kItemsOf, {reinterpret_cast<const char*>(request.digest.data()), 32});
  key.AddPart(KeyTag::kItem, item);
  return key.Finish();
}

}  // namespace

std::shared_ptr<const EmbeddingItems> ReadItems(const KeyContext& context, const JsonScan& scan,
                                                IgnoredFields ignored,
                                                const api::VectorForm& form) {
  if (!scan.canonical()) return nullptr;
  const JsonMember* const input = scan.Find(form.input);
  auto items = std::make_shared<EmbeddingItems>();
  items->form = &form;
  if (input == nullptr || !AsksForFloats(scan, form, items.get())) return nullptr;
  KeyContext any_form = context;
  any_form.packaging = "item";
  const auto request = KeyOfJsonRequest(any_form, scan, ignored, input);
  if (!request) return nullptr;
  const std::string_view canonical = scan.Canonical(*input);
  const bool single = IsItem(canonical);
  const auto keyed = single ? std::vector<std::string_view>{canonical} : Elements(canonical);
  const auto texts = single ? keyed : Elements(input->value);
  if (keyed.empty() || keyed.size() != texts.size()) return nullptr;
  items->items.reserve(keyed.size());
  for (size_t i = 0; i < keyed.size(); ++i) {
    const auto key = KeyOfItem(*request, keyed[i]);
    if (!key) return nullptr;
    items->items.push_back({*key, keyed.size() > 1 ? texts[i] : std::string_view()});
  }
  if (keyed.size() > 1) {
    items->input = input->value;
  } else {
    items->encoding = {};
  }
  return items;
}

std::optional<CacheKey> KeyOfItems(const EmbeddingItems& items) {
  thread_local CacheKeyBuilder key;
  key.AddPart(KeyTag::kPackaging, items.base64 ? "base64" : "");
  for (const EmbeddingItems::Item& item : items.items) {
    key.AddPart(KeyTag::kItem, {reinterpret_cast<const char*>(item.key.digest.data()), 32});
  }
  return key.Finish();
}

std::string BodyOf(std::string_view body, const EmbeddingItems& whole,
                   const EmbeddingItems& asked) {
  std::string list = "[";
  for (const EmbeddingItems::Item& item : asked.items) {
    if (list.size() > 1) list += ',';
    list += item.text;
  }
  list += ']';
  struct Change {
    size_t at, size;
    std::string_view text;
  };
  const auto place = [&](std::string_view part) {
    return static_cast<size_t>(part.data() - body.data());
  };
  std::vector<Change> changes = {{place(whole.input), whole.input.size(), list}};
  if (asked.base64 != whole.base64) {
    constexpr std::string_view kBase64 = R"("base64")";
    if (whole.encoding.empty()) {
      changes.push_back({body.find('{') + 1, 0, R"("encoding_format":"base64",)"});
    } else {
      changes.push_back({place(whole.encoding), whole.encoding.size(), kBase64});
    }
  }
  std::sort(changes.begin(), changes.end(),
            [](const Change& a, const Change& b) { return a.at < b.at; });
  std::string out;
  size_t copied = 0;
  for (const Change& change : changes) {
    out.append(body.substr(copied, change.at - copied)).append(change.text);
    copied = change.at + change.size;
  }
  return out.append(body.substr(copied));
}

}  // namespace banto::cache
