// A block of rendered field lines ("Name: value\r
// " each), the form in which answers carry them through the proxy: find and remove by name. Pure.
#ifndef BANTO_PROXY_HTTP_FIELD_BLOCK_H_
#define BANTO_PROXY_HTTP_FIELD_BLOCK_H_

#include <string>
#include <string_view>

namespace banto {

// The value of the first line called `name`; empty if there is none.
std::string_view FieldOf(std::string_view lines, std::string_view name);

// The values of all lines called `name` as one list (RFC 9110 §5.3).
std::string ListOf(std::string_view lines, std::string_view name);

// Removes every line called `name`.
void RemoveField(std::string* lines, std::string_view name);

// Replaces every line called `name` by a single one, at the end.
void ReplaceField(std::string* lines, std::string_view name, std::string_view value);

// Removes every line whose name begins with `prefix`.
void RemoveFields(std::string* lines, std::string_view prefix);

}  // namespace banto

#endif  // BANTO_PROXY_HTTP_FIELD_BLOCK_H_
