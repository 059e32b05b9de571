// Recorded answers of real engines (tests/captures): '#' lines, then the request and the response
// as they went over the wire, each CR shown as the two characters \r. For tests only.
#ifndef BANTO_TESTS_UNIT_API_CAPTURE_H_
#define BANTO_TESTS_UNIT_API_CAPTURE_H_

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

namespace banto::api {

struct Capture {
  std::string method, path, request_body;
  int status = 0;
  std::string content_type;  // in lower case, without parameters
  std::string body;          // of the answer, chunks joined
};

namespace capture_internal {

inline std::string Wire(std::string_view text) {
  std::string wire;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool cr = text.substr(i, 3) == "\\r\n";
    wire += cr ? '\r' : text[i];
    if (cr) ++i;
  }
  return wire;
}

// Takes a head off *wire, empty line included.
inline std::string TakeHead(std::string* wire) {
  const size_t end = wire->find("\r\n\r\n");
  if (end == std::string::npos) return {};
  std::string head = wire->substr(0, end + 2);
  wire->erase(0, end + 4);
  return head;
}

inline std::string Field(const std::string& head, std::string name) {
  std::string lower = head;
  std::transform(lower.begin(), lower.end(), lower.begin(), ::tolower);
  const size_t at = lower.find("\r\n" + name + ":");
  if (at == std::string::npos) return {};
  const size_t start = lower.find_first_not_of(' ', at + 3 + name.size());
  return lower.substr(start, lower.find("\r\n", start) - start);
}

inline std::string Unchunk(std::string_view wire) {
  std::string body;
  for (;;) {
    const size_t line = wire.find("\r\n");
    const size_t size = std::strtoul(std::string(wire.substr(0, line)).c_str(), nullptr, 16);
    if (line == std::string_view::npos || size == 0) return body;
    body += wire.substr(line + 2, size);
    wire.remove_prefix(std::min(wire.size(), line + 2 + size + 2));
  }
}

}  // namespace capture_internal

// An empty status: the engine had not answered when the recording ended.
inline Capture LoadCapture(const std::string& name) {
  namespace in = capture_internal;
  std::ifstream file(std::string(BANTO_SOURCE_DIR) + "/tests/captures/" + name);
  const std::string text(std::istreambuf_iterator<char>(file), {});
  const std::string kRequest = "\n===== request\n", kResponse = "\n===== response\n";
  const size_t request_at = text.find(kRequest) + kRequest.size();
  const size_t response_at = text.find(kResponse);
  Capture capture;
  std::string request = in::Wire(text.substr(request_at, response_at - request_at));
  const std::string request_head = in::TakeHead(&request);
  capture.method = request_head.substr(0, request_head.find(' '));
  capture.path = request_head.substr(capture.method.size() + 1);
  capture.path.resize(capture.path.find(' '));
  // Shorter than the file's text when that ends in newlines of its own.
  request.resize(std::min<size_t>(
      request.size(),
      std::strtoul(in::Field(request_head, "content-length").c_str(), nullptr, 10)));
  capture.request_body = request;

  std::string response = in::Wire(text.substr(response_at + kResponse.size()));
  std::string head = in::TakeHead(&response);
  if (head.find(" 100 ") < head.find('\r')) head = in::TakeHead(&response);
  if (head.empty()) return capture;
  capture.status = std::atoi(head.c_str() + head.find(' '));
  capture.content_type = in::Field(head, "content-type");
  capture.content_type.resize(
      std::min(capture.content_type.size(), capture.content_type.find(';')));
  if (in::Field(head, "transfer-encoding") == "chunked") {
    capture.body = in::Unchunk(response);
  } else {
    const std::string size = in::Field(head, "content-length");
    capture.body = response.substr(0, std::strtoul(size.c_str(), nullptr, 10));
  }
  return capture;
}

}  // namespace banto::api

#endif  // BANTO_TESTS_UNIT_API_CAPTURE_H_
