// Writes members of JSON objects, commas between. Pure.
#ifndef BANTO_PROXY_API_JSON_MEMBERS_H_
#define BANTO_PROXY_API_JSON_MEMBERS_H_

#include <string>
#include <string_view>

#include "proxy/api/json_text.h"

namespace banto::api {

// Members without the braces around them, so that others can be written before or behind.
class JsonMembers {
 public:
  explicit JsonMembers(std::string* out) : out_(out) {}

  // Writes the key of a member, whose value follows.
  std::string* Begin(JsonText key) {
    Separate();
    AppendQuoted(key, out_);
    *out_ += ':';
    return out_;
  }
  void Add(JsonText key, RawJson value) { AppendOneLine(value, Begin(key)); }
  void AddText(JsonText key, JsonText text) { AppendQuoted(text, Begin(key)); }
  // Members that are written already.
  void AddWritten(std::string_view members) {
    if (members.empty()) return;
    Separate();
    *out_ += members;
  }

 private:
  void Separate() {
    if (!first_) *out_ += ',';
    first_ = false;
  }

  std::string* const out_;
  bool first_ = true;
};

// An object: its opening brace is written at once, the closing one by its end.
class JsonObject : public JsonMembers {
 public:
  explicit JsonObject(std::string* out) : JsonMembers(Open(out)), out_(out) {}
  JsonObject(const JsonObject&) = delete;
  JsonObject& operator=(const JsonObject&) = delete;
  ~JsonObject() { *out_ += '}'; }

 private:
  static std::string* Open(std::string* out) {
    *out += '{';
    return out;
  }

  std::string* const out_;
};

}  // namespace banto::api

#endif  // BANTO_PROXY_API_JSON_MEMBERS_H_
