#include "proxy/question/edited_body.h"

#include <algorithm>

namespace banto {
namespace {

// A key with its escapes decoded, in memory of its own only if it has some.
class KeyText {
 public:
  explicit KeyText(std::string_view raw) : text_(raw) {
    if (raw.find('\\') == raw.npos) return;
    if (json::DecodeJsonString("\"" + std::string(raw) + "\"", &decoded_)) text_ = decoded_;
  }
  KeyText(const KeyText&) = delete;
  KeyText& operator=(const KeyText&) = delete;
  std::string_view text() const { return text_; }

 private:
  std::string decoded_;
  std::string_view text_;
};

bool Has(const conf::JsonMembers& members, std::string_view key) {
  return std::any_of(members.list.begin(), members.list.end(),
                     [key](const auto& member) { return member.first == key; });
}

class Writer {
 public:
  void Begin(std::string_view raw_key) {
    out_.append(out_.empty() ? "{\"" : ",\"").append(raw_key).append("\":");
  }
  void Add(const std::string& key, std::string_view value) {
    out_.push_back(out_.empty() ? '{' : ',');
    json::AppendJsonString(key, &out_);
    out_.append(":").append(value);
  }
  std::string& out() { return out_; }
  std::string Finish() { return out_.empty() ? "{}" : std::move(out_.append("}")); }

 private:
  std::string out_;
};

}  // namespace

std::string EditedBody(const json::JsonScan& scan, const BodyEdits& edits, std::string_view model,
                       bool name_too) {
  Writer writer;
  bool named = false;
  conf::JsonMembers missing = edits.defaults;
  for (const json::JsonMember& member : scan.members()) {
    const KeyText key(member.key);
    std::erase_if(missing.list, [&key](const auto& one) { return one.first == key.text(); });
    const auto& strip = edits.strip;
    if (Has(edits.set, key.text()) ||
        std::find(strip.begin(), strip.end(), key.text()) != strip.end())
      continue;
    writer.Begin(member.key);
    if (key.text() == "model" || (name_too && key.text() == "name")) {
      named = true;
      json::AppendJsonString(model, &writer.out());
    } else {
      writer.out().append(member.value);
    }
  }
  if (!named) {
    writer.Begin("model");
    json::AppendJsonString(model, &writer.out());
  }
  for (const auto& [key, value] : edits.set.list) writer.Add(key, value);
  for (const auto& [key, value] : missing.list)
    if (!Has(edits.set, key)) writer.Add(key, value);
  return writer.Finish();
}

}  // namespace banto
