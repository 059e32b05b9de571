// Lists of fields as a test writes them.
#ifndef BANTO_TESTS_UNIT_HTTP_LISTED_H_
#define BANTO_TESTS_UNIT_HTTP_LISTED_H_

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>

#include "proxy/http/field_list.h"
#include "proxy/http/message.h"

namespace banto::http {

// "Name: value\r\n" each.
inline FieldList Listed(std::string lines) {
  auto list = FieldList::FromLines(lines);
  EXPECT_TRUE(list.has_value()) << lines;
  return list ? std::move(*list) : FieldList();
}

// How many fields have this name.
inline int Count(const FieldList& list, std::string_view name) {
  int count = 0;
  for (const FieldView& field : list) count += EqualsNoCase(field.name, name) ? 1 : 0;
  return count;
}

}  // namespace banto::http

#endif  // BANTO_TESTS_UNIT_HTTP_LISTED_H_
