#include "proxy/api/system_first.h"

#include <gtest/gtest.h>

#include <string>

namespace banto::api {
namespace {

std::vector<Message> Said(std::initializer_list<std::pair<Role, JsonText>> said) {
  std::vector<Message> messages;
  for (const auto& [role, text] : said) {
    messages.emplace_back().role = role;
    messages.back().parts.emplace_back().text = text;
  }
  return messages;
}

std::string Ordered(const std::vector<Message>& messages) {
  Message lead;
  std::string all;
  for (const Message* message : SystemFirst(messages, &lead)) {
    for (const Part& part : message->parts) all.append(part.text).append("+");
    all.back() = ' ';
  }
  return all;
}

TEST(SystemFirst, OneAtTheStartOrNoneChangesNothing) {
  const auto one = Said({{Role::kSystem, "s"}, {Role::kUser, "u"}, {Role::kAssistant, "a"}});
  Message lead;
  EXPECT_EQ(SystemFirst(one, &lead), (std::vector{&one[0], &one[1], &one[2]}));
  EXPECT_EQ(Ordered(Said({{Role::kUser, "u"}, {Role::kAssistant, "a"}})), "u a ");
  EXPECT_EQ(Ordered({}), "");
}

TEST(SystemFirst, SeveralBecomeOneInTheirOrder) {
  EXPECT_EQ(Ordered(Said({{Role::kSystem, "s"}, {Role::kDeveloper, "d"}, {Role::kUser, "u"}})),
            "s+d u ");
  EXPECT_EQ(Ordered(Said({{Role::kUser, "u"}, {Role::kSystem, "s"}, {Role::kUser, "v"}})),
            "s u v ");
}

}  // namespace
}  // namespace banto::api
