#include "proxy/http/field_list.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "proxy/http/field_writer.h"
#include "proxy/http/parser.h"
#include "tests/unit/http/listed.h"

namespace banto::http {
namespace {

std::string Read(const FieldList& list) {
  std::string all;
  for (const auto& [name, value] : list) all.append(name).append("=").append(value).append("|");
  return all;
}

ResponseHead HeadOf(const std::string& lines) {
  ResponseHead head;
  const std::string bytes = "HTTP/1.1 200 OK\r\n" + lines + "\r\n";
  EXPECT_EQ(ParseResponseHead(bytes, 0, {}, "GET", &head).status, ParseStatus::kDone) << lines;
  return head;
}

TEST(FieldList, FieldsAreReadAsTheyWereAdded) {
  FieldList list;
  EXPECT_TRUE(list.empty());
  EXPECT_EQ(Read(list), "");
  list.Add("Vary", "Origin");
  list.Add("X-Empty", "");
  list.Add("X-Colon", "a: b");
  EXPECT_EQ(Read(list), "Vary=Origin|X-Empty=|X-Colon=a: b|");
  EXPECT_EQ(list.lines(), "Vary: Origin\r\nX-Empty: \r\nX-Colon: a: b\r\n");
  EXPECT_EQ(list.byte_size(), list.lines().size());
}

TEST(FieldList, AFieldIsFoundByItsWholeName) {
  const FieldList list = Listed("X-A-Long: 1\r\nX-A: 2\r\nx-a:3\r\nX-Tab:\t 4 \t\r\n");
  EXPECT_EQ(list.Find("x-A"), "2");
  EXPECT_EQ(list.Find("X-Tab"), "4");
  EXPECT_EQ(list.Find("X-"), "");
  EXPECT_EQ(list.Find("X-A-Longer"), "");
  EXPECT_EQ(Read(list), "X-A-Long=1|X-A=2|x-a=3|X-Tab=4|");
}

TEST(FieldList, EqualNamesAreOneListButForEmptyValues) {
  EXPECT_EQ(Listed("Vary: a\r\nX: 1\r\nvary:\r\nVARY: b, c\r\n").List("Vary"), "a, b, c");
  EXPECT_EQ(Listed("X: 1\r\n").List("Vary"), "");
}

TEST(FieldList, WhatIsRemovedIsGoneWhereverItStands) {
  const std::string lines = "A: 1\r\nX-A: 2\r\nB: 3\r\nx-b: 4\r\na: 5\r\n";
  FieldList list = Listed(lines);
  list.Remove("a");
  EXPECT_EQ(Read(list), "X-A=2|B=3|x-b=4|");
  list.RemoveWithPrefix("X-");
  EXPECT_EQ(Read(list), "B=3|");
  list = Listed(lines);
  list.Replace("A", "new");
  EXPECT_EQ(Read(list), "X-A=2|B=3|x-b=4|A=new|");
  list.Replace("C", "6");
  EXPECT_EQ(list.Find("C"), "6");
}

TEST(FieldList, NoValueEndsItsLineOrBeginsAnother) {
  const std::string evil("a\r\nEvil: 1\0\x7f\x01", 13);
  FieldList list;
  list.Add("X-One", evil);
  list.Replace("X-Two", evil);
  {
    FieldWriter out(200, &list);
    out.Add("X-Three", evil);
    auto value = out.Begin("X-Four");
    value.Put("b; ");
    value.PutText(evil);
  }
  EXPECT_EQ(Read(list), "X-One=aEvil: 1|X-Two=aEvil: 1|X-Three=aEvil: 1|X-Four=b; aEvil: 1|");
}

TEST(FieldList, AWriterMakesRoomForWhatNobodyCounted) {
  for (size_t bytes = 0; bytes < 120; ++bytes) {
    FieldList list = Listed("First: 1\r\n");
    {
      FieldWriter out(bytes, &list);
      out.Add("X-One", std::string(30, 'a'));
      out.AddAll(Listed("Vary: a\r\n"));
      out.AddNumber("Age", 18446744073709551615U);
      out.Begin("X-Two").PutText("ab\nc");
    }
    EXPECT_EQ(list.lines(), "First: 1\r\nX-One: " + std::string(30, 'a') +
                                "\r\nVary: a\r\nAge: 18446744073709551615\r\nX-Two: abc\r\n")
        << bytes;
  }
}

TEST(FieldList, ManyFieldsAreWrittenAtOnce) {
  FieldList list = Listed("First: 1\r\n");
  {
    FieldWriter out(200, &list);
    out.AddFixed("X-Cache", "HIT");
    out.AddNumber("Age", 1234567890123);
    out.AddAll(Listed("Vary: a\r\nVary: b\r\n"));
    auto value = out.Begin("Server-Timing");
    value.Put("queue;dur=");
    value.PutHundredths(1205);
    value.Put(", worker;dur=");
    value.PutHundredths(7);
  }
  EXPECT_EQ(list.lines(),
            "First: 1\r\nX-Cache: HIT\r\nAge: 1234567890123\r\nVary: a\r\nVary: b\r\n"
            "Server-Timing: queue;dur=12.05, worker;dur=0.07\r\n");
}

TEST(FieldList, OfAHeadWhatGoesFromEndToEndIsTaken) {
  const std::string kept = "Content-Type: text/plain\r\nX-A:b\r\nSet-Cookie: a\r\n";
  const ResponseHead head = HeadOf(
      "Connection: X-Hop\r\nX-Hop: 1\r\nKeep-Alive: timeout=5\r\nTrailer: X\r\n"
      "Upgrade: h2c\r\nContent-Length: 5\r\nProxy-Authenticate: x\r\nTE: x\r\n"
      "Via: 1.1 x\r\nDate: today\r\n" +
      kept + "Proxy-Connection: x\r\n");
  FieldList list = Listed("First: 1\r\n");
  list.AddFrom(head, {FieldName::kVia, FieldName::kDate});
  EXPECT_EQ(list.lines(), "First: 1\r\n" + kept);
}

TEST(FieldList, AnEmptyTypeIsNone) {
  FieldList list;
  list.AddFrom(HeadOf("content-type:\r\nX-Empty:\r\n"), {});
  EXPECT_EQ(list.lines(), "X-Empty:\r\n");
}

TEST(FieldList, LinesThatAreNoListAreRefused) {
  for (const std::string_view good : {"", "A: 1\r\n", "A:1\r\nb:\r\n", "A: \xc3\xa4\t:\r\n"})
    EXPECT_EQ(Listed(std::string(good)).lines(), good);
  const std::vector<std::string> bad = {"A",
                                        "A: 1",
                                        "A: 1\r",
                                        "A: 1\n",
                                        "\r\n",
                                        "A: 1\r\n\r\n",
                                        "A: 1\r\n\r\nHTTP/1.1 200 OK\r\n",
                                        "A: 1\nB: 2\r\n",
                                        "A: 1\rB: 2\r\n",
                                        std::string("A: \0\r\n", 6),
                                        "A: 1\r\nno colon\r\n",
                                        ": 1\r\n",
                                        "A b: 1\r\n",
                                        "A : 1\r\n",
                                        "A: 1\r\n folded: 2\r\n",
                                        ":status: 200\r\n",
                                        "Connection: close\r\n",
                                        "A: 1\r\ntransfer-encoding: chunked\r\n",
                                        "CONTENT-LENGTH: 0\r\n"};
  for (const std::string& lines : bad) EXPECT_FALSE(FieldList::FromLines(lines)) << lines;
}

TEST(FieldList, ItsMemoryIsLentAndGivenBack) {
  std::string spare = "of somebody else";
  spare.reserve(1000);
  const char* const memory = spare.data();
  FieldList list = FieldList::In(std::move(spare), 500);
  EXPECT_TRUE(list.empty());
  EXPECT_GE(list.capacity(), 1000u);
  list.Add("A", "1");
  const std::string back = list.TakeMemory();
  EXPECT_EQ(back.data(), memory);
  EXPECT_TRUE(list.empty());
}

}  // namespace
}  // namespace banto::http
