#include "perf/sim_worker/recording.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <numeric>
#include <sstream>

namespace banto::perf {
namespace {

constexpr std::string_view kResponse = "\n===== response\n";

// The files spell each CR as the two characters \r.
std::string Wire(std::string_view text) {
  std::string wire;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool cr = text.substr(i, 3) == "\\r\n";
    wire += cr ? '\r' : text[i];
    if (cr) ++i;
  }
  return wire;
}

// "# 815 bytes in 2 reads; ms:bytes 100:140 100:675"; a long list is shortened to its first and
// last items: "… (12 first, 6 last)".
std::vector<size_t> Pieces(std::string_view text, size_t total) {
  const size_t at = text.find("ms:bytes ");
  if (at == std::string_view::npos) return {};
  std::istringstream words(std::string(text.substr(at + 9, text.find('\n', at) - at - 9)));
  std::vector<size_t> pieces;
  size_t sum = 0;
  for (std::string word; words >> word;) {
    if (word.front() == '(') {
      const size_t first = std::strtoul(word.c_str() + 1, nullptr, 10);
      if (first > pieces.size() || sum > total) return {};
      pieces.insert(pieces.begin() + static_cast<ptrdiff_t>(first), total - sum);
      break;
    }
    pieces.push_back(std::strtoul(word.c_str() + word.find(':') + 1, nullptr, 10));
    sum += pieces.back();
  }
  return pieces;
}

bool Parse(const std::string& text, Recording* recording) {
  const size_t at = text.find(kResponse);
  if (at == std::string::npos) return false;
  const size_t total = std::strtoul(text.c_str() + text.find("\n# ") + 3, nullptr, 10);
  recording->pieces = Pieces(text, total);
  recording->bytes = Wire(std::string_view(text).substr(at + kResponse.size()));
  recording->closes = text.find("closed the connection: yes") < at;
  if (total != std::accumulate(recording->pieces.begin(), recording->pieces.end(), size_t{0})) {
    return false;
  }
  // The file adds a newline if the answer did not end in one.
  if (total == 0 || total > recording->bytes.size() || total + 2 < recording->bytes.size()) {
    return false;
  }
  recording->bytes.resize(total);
  return true;
}

}  // namespace

void Recordings::Load(const std::string& dir) {
  namespace fs = std::filesystem;
  for (const auto& entry : fs::recursive_directory_iterator(dir)) {
    if (entry.path().extension() != ".txt") continue;
    std::ifstream file(entry.path());
    const std::string text(std::istreambuf_iterator<char>(file), {});
    Recording recording;
    if (!Parse(text, &recording)) continue;
    fs::path name = fs::relative(entry.path(), dir);
    by_name_.emplace(name.replace_extension().generic_string(), std::move(recording));
  }
}

const Recording* Recordings::Find(std::string_view name) const {
  const auto found = by_name_.find(name);
  return found == by_name_.end() ? nullptr : &found->second;
}

}  // namespace banto::perf
