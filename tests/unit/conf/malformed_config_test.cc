// Whatever the file contains, loading it yields a config or errors located inside it.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "conf/config_loader.h"

namespace banto::conf {
namespace {

std::string Example() {
  std::ifstream file(BANTO_SOURCE_DIR "/conf/example.toml");
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

int CountLines(const std::string& text) {
  int lines = 1;
  for (char c : text) lines += c == '\n' ? 1 : 0;
  return lines;
}

void ExpectSane(const std::string& text) {
  const LoadResult result = LoadConfigText(text, "banto.toml");
  EXPECT_EQ(result.config == nullptr, !result.errors.empty());
  int before = 0;
  for (const ConfigError& error : result.errors) {
    EXPECT_GE(error.line, before) << text;
    EXPECT_LE(error.line, CountLines(text)) << text;
    EXPECT_FALSE(error.message.empty()) << text;
    EXPECT_GE(error.underline_size, 1) << text;
    if (error.line > 0) {
      EXPECT_LE(error.column + error.underline_size, static_cast<int>(error.source_line.size()) + 2)
          << error.message << '\n'
          << text;
    }
    before = error.line;
  }
  EXPECT_EQ(FormatErrors(result.errors).empty(), result.errors.empty());
}

// Each on its own: the effect of a cut in one section does not depend on those before it.
std::vector<std::string> ExampleSections() {
  const std::string example = Example();
  std::vector<std::string> sections;
  for (size_t begin = 0; begin < example.size();) {
    const size_t end = std::min(example.find("\n[", begin + 1), example.size());
    sections.push_back(example.substr(begin, end - begin));
    begin = end;
  }
  return sections;
}

TEST(MalformedConfig, EveryPrefixOfTheExampleEndsWell) {
  const std::vector<std::string> sections = ExampleSections();
  ASSERT_EQ(sections.size(), 17u);
  for (const std::string& section : sections) {
    for (size_t size = 0; size <= section.size(); ++size) ExpectSane(section.substr(0, size));
  }
  const std::string example = Example();
  for (size_t size = 0; size <= example.size(); size += 61) ExpectSane(example.substr(0, size));
}

TEST(MalformedConfig, EveryLostByteOfTheExampleEndsWell) {
  for (const std::string& section : ExampleSections()) {
    for (size_t at = 0; at < section.size(); at += 2) {
      std::string text = section;
      ExpectSane(text.erase(at, 1));
    }
  }
}

TEST(MalformedConfig, StrangeBytesEndWell) {
  for (const char* mark : {"\"",
                           "'",
                           "[",
                           "]",
                           "{",
                           "}",
                           "=",
                           "#",
                           ".",
                           ",",
                           "\\",
                           "\n",
                           "\r",
                           "\"\"\"",
                           "'''",
                           "\x01",
                           "\x7F",
                           "\xFF",
                           "\xEF\xBB\xBF",
                           "\xC3"}) {
    const std::string part = mark;
    for (const char* frame : {"%", "a = %", "a = \"%", "a = [%", "[%", "[[%", "[%]", "% = 1",
                              "[[workers]]\nurl = %\n", "a = { % = 1 }", "a = {b = %}", "a.% = 1",
                              "a = \"\"\"\n%\n\"\"\"", "a = [\n%\n]", "a = 1%\nb = 2", "%%%%%%"}) {
      std::string text = frame;
      for (size_t at; (at = text.find('%')) != std::string::npos;) text.replace(at, 1, part);
      ExpectSane(text);
    }
  }
  ExpectSane(std::string("a = \"\0\"", 7));
  ExpectSane(std::string(3, '\0'));
}

TEST(MalformedConfig, UnsupportedTomlValuesEndWell) {
  for (const char* value : {"1e999",
                            "inf",
                            "nan",
                            "-nan",
                            "0x",
                            "0xFFFFFFFFFFFFFFFFFF",
                            "0b2",
                            "0o9",
                            "1__0",
                            "_1",
                            "1_",
                            "+",
                            "-",
                            ".5",
                            "5.",
                            "1979-05-27T07:32:00Z",
                            "1979-13-99",
                            "25:61:61",
                            "07:32",
                            "1979-05-27 07:32:00+99:99",
                            "\"\\uD800\"",
                            "\"\\UFFFFFFFF\"",
                            "\"\\u00\"",
                            "\"\\x41\"",
                            "\"\\\"",
                            "[,]",
                            "[1,,2]",
                            "[1 2]",
                            "{,}",
                            "{a}",
                            "{a=}",
                            "{a=1,}",
                            "{a=1,a=2}",
                            "{a.b=1,a.c=2}",
                            "{a={b={c=1}}}",
                            "[[[]]]",
                            "[{}]",
                            "[1,\"a\",[true]]",
                            "\"a\"\"b\"",
                            "'''a''''",
                            "\"\"\"a\"\"\"\"\"\"",
                            "[\n#]\n]"}) {
    for (const char* key : {"listen", "threads", "workers", "cache", "x", "cache.ttl",
                            "workers.url", "\"\"", "''", "\"a\\nb\"", "routes"}) {
      ExpectSane(std::string(key) + " = " + value);
      ExpectSane("[[workers]]\nurl = \"http://a\"\nheaders = " + std::string(value));
    }
  }
}

TEST(MalformedConfig, DeepNestingDoesNotExhaustTheStack) {
  for (size_t depth : {31u, 33u, 100'000u}) {
    ExpectSane("a = " + std::string(depth, '[') + std::string(depth, ']'));
    ExpectSane("a = " + std::string(depth, '['));
    std::string tables, dots = "a", header = "[a";
    for (size_t i = 0; i < depth; ++i) {
      tables += "{a=";
      dots += ".a";
      header += ".a";
    }
    ExpectSane("a = " + tables + "1" + std::string(depth, '}'));
    ExpectSane(dots + " = 1");
    ExpectSane("x = { " + dots + " = 1 }");
    ExpectSane(header + "]");
    ExpectSane("[" + header + "]]");
  }
}

TEST(MalformedConfig, ManyErrorsAreAllReported) {
  std::string text;
  for (int i = 0; i < 2000; ++i) text += "a" + std::to_string(i) + " = [\n]\n";
  const LoadResult result = LoadConfigText(text, "b");
  EXPECT_EQ(result.errors.size(), 2001u);  // one per key, and the missing worker
}

TEST(MalformedConfig, QuotesAtTheEndOfALongStringDoNotHideNesting) {
  for (const char* string :
       {"\"\"\"a\"\"\"\"\"", "\"\"\"a\"\"\"\"", "'''a'''''", "\"\"\"\\\"\"\"\""}) {
    const std::string nested = std::string(100'000, '[') + std::string(100'000, ']');
    ExpectSane("a = [" + std::string(string) + ", " + nested + "]");
  }
}

TEST(MalformedConfig, OversizedFileIsRefused) {
  const LoadResult result = LoadConfigText(std::string(5u << 20, 'a'), "b");
  ASSERT_EQ(result.errors.size(), 1u);
  EXPECT_EQ(result.errors[0].message, "larger than 4 MiB: not a configuration file");
}

}  // namespace
}  // namespace banto::conf
