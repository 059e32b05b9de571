// Recorded answers of real engines (tests/captures) as HttpGet would return them.
#ifndef BANTO_TESTS_UNIT_HEALTH_CAPTURE_H_
#define BANTO_TESTS_UNIT_HEALTH_CAPTURE_H_

#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>

#include "health/page_reader.h"

namespace banto::health {

// The bytes of the answer in "engine/name.txt". A capture spells each head line's CR as the two
// characters "\r".
inline std::string CapturedBytes(const std::string& name) {
  std::ifstream file(std::string(BANTO_SOURCE_DIR) + "/tests/captures/" + name + ".txt");
  if (!file) throw std::runtime_error("no capture " + name);
  std::stringstream content;
  content << file.rdbuf();
  const std::string mark = "===== response\n", text = content.str();
  std::string bytes = text.substr(text.find(mark) + mark.size());
  const size_t head_end = bytes.find("\n\\r\n") + 4;
  for (size_t at = 0; (at = bytes.find("\\r\n", at)) < head_end;) bytes.replace(at, 2, "\r");
  return bytes;
}

// If the capture contains only part of the body (long metrics), the result is not `whole`.
inline HttpGetResult Captured(const std::string& name) {
  PageReader reader(1u << 20);
  if (reader.Take(CapturedBytes(name))) reader.Closed(0);
  return reader.result();
}

inline HttpGetResult Answer(int status, std::string body = "",
                            std::string content_type = "application/json",
                            std::string server = "") {
  HttpGetResult result;
  result.status = status;
  result.body = std::move(body);
  result.content_type = std::move(content_type);
  result.server = std::move(server);
  result.whole = true;
  return result;
}

inline HttpGetResult NoAnswer(std::string error, bool refused = false) {
  HttpGetResult result;
  result.error = std::move(error);
  result.refused = refused;
  return result;
}

}  // namespace banto::health

#endif  // BANTO_TESTS_UNIT_HEALTH_CAPTURE_H_
