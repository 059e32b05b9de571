// Documents for the tests of json_scan: the canonical text of a body, and random bodies that can be
// spelt in many ways.
#ifndef BANTO_TESTS_UNIT_JSON_JSON_DOCUMENT_H_
#define BANTO_TESTS_UNIT_JSON_JSON_DOCUMENT_H_

#include <algorithm>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "proxy/json/json_scan.h"

namespace banto::json {

inline std::string CanonicalDocument(const JsonScan& scan) {
  std::string text = "{";
  for (const uint32_t i : scan.sorted()) {
    const JsonMember& member = scan.members()[i];
    if (text.size() > 1) text += ',';
    text.append("\"").append(scan.CanonicalKey(member)).append("\":");
    text.append(scan.Canonical(member));
  }
  return text + "}";
}

// The canonical document, or the name of the status.
inline std::string CanonicalOf(std::string_view body, int depth_max = JsonScan::kDepthMax) {
  JsonScan scan;
  // A copy of exactly this size lets the sanitizer detect reads beyond the end.
  const std::vector<char> exact(body.begin(), body.end());
  const JsonStatus status = scan.Scan({exact.data(), exact.size()}, depth_max);
  return status == JsonStatus::kOk ? CanonicalDocument(scan) : JsonStatusName(status);
}

using Random = std::mt19937_64;

inline size_t Below(Random& random, size_t n) { return static_cast<size_t>(random() % n); }

// A value, independent of its spelling.
struct Node {
  JsonKind kind = JsonKind::kNull;
  std::string text;               // a number's lexeme, a string's UTF-8
  std::vector<Node> children;     // of arrays and objects
  std::vector<std::string> keys;  // objects: the children's names
};

inline std::string RandomText(Random& random) {
  static constexpr const char* kPieces[] = {
      "a",
      "b",
      "Z",
      "0",
      " ",
      "\"",
      "\\",
      "/",
      "\n",
      "\t",
      "\x01",
      "\x1f",
      "\x7f",
      "é",
      "ß",
      "語",
      "\xEF\xBF\xBF",
      "😀",
      "\xF4\x8F\xBF\xBF",
      "{",
      "}",
      ":",
      ",",
      "url",
      "a much longer piece of plain text ",
  };
  std::string text;
  for (size_t n = Below(random, 8); n > 0; --n) text += kPieces[Below(random, std::size(kPieces))];
  return text;
}

inline Node RandomScalar(Random& random) {
  static constexpr const char* kNumbers[] = {
      "0",   "-0",       "1", "1.0", "1e2", "100", "-7.25e-3", "12E+3", "9007199254740993",
      "0.1", "123456789"};
  Node node;
  node.kind = static_cast<JsonKind>(Below(random, 5));
  if (node.kind == JsonKind::kNumber) node.text = kNumbers[Below(random, std::size(kNumbers))];
  if (node.kind == JsonKind::kString) node.text = RandomText(random);
  return node;
}

inline Node RandomNode(Random& random, int depth) {
  if (depth == 0 || Below(random, 3) == 0) return RandomScalar(random);
  Node node;
  node.kind = Below(random, 2) == 0 ? JsonKind::kArray : JsonKind::kObject;
  for (size_t n = Below(random, 6); n > 0; --n) {
    if (node.kind == JsonKind::kObject) {
      std::string key = RandomText(random);
      if (std::find(node.keys.begin(), node.keys.end(), key) != node.keys.end()) continue;
      node.keys.push_back(std::move(key));
    }
    node.children.push_back(RandomNode(random, depth - 1));
  }
  return node;
}

inline Node RandomObject(Random& random, int depth) {
  Node node;
  do {
    node = RandomNode(random, depth);
  } while (node.kind != JsonKind::kObject);
  return node;
}

}  // namespace banto::json

#endif  // BANTO_TESTS_UNIT_JSON_JSON_DOCUMENT_H_
