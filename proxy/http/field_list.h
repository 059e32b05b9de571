// The end-to-end fields of an answer on their way to a client: names and values in their order,
// whatever protocol will send them. (What a peer sent is a Head, message.h.) What frames an answer
// is not among them, that is the protocol's affair. No value can end its line or begin another:
// what is put in loses its control characters, and the names are those of a parsed head or of this
// source.
#ifndef BANTO_PROXY_HTTP_FIELD_LIST_H_
#define BANTO_PROXY_HTTP_FIELD_LIST_H_

#include <cstddef>
#include <cstdlib>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "proxy/http/char_class.h"
#include "proxy/http/field_name.h"

namespace banto::http {

class Head;

// A field's name that stands in the source: it is checked when that is compiled.
class FixedName {
 public:
  // NOLINTNEXTLINE(google-explicit-constructor): it is written as a string.
  consteval FixedName(const char* name) : text_(name) {
    if (!IsToken(text_)) std::abort();  // not constant: does not compile
  }
  constexpr std::string_view text() const { return text_; }

 private:
  std::string_view text_;
};

// A field as it is read from a list, without the white space around its value.
struct FieldView {
  std::string_view name;  // as it was spelt; HTTP/2 sends it in lower case
  std::string_view value;
};

class FieldList {
 public:
  class Iterator;

  FieldList() = default;
  // An empty list that lives in `memory`, which need not be fresh, with room for `byte_size` bytes.
  static FieldList In(std::string memory, size_t byte_size = 0) {
    FieldList list;
    list.lines_ = std::move(memory);
    list.lines_.clear();
    list.lines_.reserve(byte_size);
    return list;
  }
  // Of an untrusted source; nullopt where they are not what lines() could have given.
  static std::optional<FieldList> FromLines(std::string lines);

  Iterator begin() const;
  std::default_sentinel_t end() const { return {}; }
  bool empty() const { return lines_.empty(); }

  // The value of the first field called `name`; empty where there is none.
  std::string_view Find(std::string_view name) const;
  // The values of all fields called `name` as one list (RFC 9110 §5.3).
  std::string List(std::string_view name) const;

  // At the end. No `value` may lie in the list itself. Many at once: FieldWriter.
  void Add(FixedName name, std::string_view value);
  // The end-to-end fields of `head` but for those in `dropped` and for types that name none.
  void AddFrom(const Head& head, FieldSet dropped);
  // Adds the field in the place of all that have its name.
  void Replace(FixedName name, std::string_view value);
  void Remove(std::string_view name);
  void RemoveAll(FieldSet names);
  void RemoveWithPrefix(std::string_view prefix);

  // What the fields take up, and what they could without a larger memory.
  size_t byte_size() const { return lines_.size(); }
  size_t capacity() const { return lines_.capacity(); }
  void ShrinkToFit() { lines_.shrink_to_fit(); }
  // For another list to live in; this one is empty then.
  std::string TakeMemory() { return std::exchange(lines_, std::string()); }

  // "Name: value\r\n" each: how HTTP/1.1 sends them and how the cache stores them. Only for code
  // that does either; all other code reads fields.
  const std::string& lines() const { return lines_; }

 private:
  friend class FieldWriter;
  template <class Drops>
  void RemoveWhere(Drops drops);

  std::string lines_;  // kept as HTTP/1.1 sends them: most answers leave in one copy of it
};

// For a range's loop.
class FieldList::Iterator {
 public:
  FieldView operator*() const;
  Iterator& operator++();
  bool operator==(std::default_sentinel_t) const { return rest_.empty(); }

 private:
  friend class FieldList;
  explicit Iterator(std::string_view rest) : rest_(rest) {}
  std::string_view rest_;  // from this field's line on
};

inline FieldList::Iterator FieldList::begin() const { return Iterator(lines_); }

}  // namespace banto::http

#endif  // BANTO_PROXY_HTTP_FIELD_LIST_H_
