// FormatErrors and its helpers: the frames of `banto check`.
#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "conf/config_loader.h"

namespace banto::conf {
namespace {

// About a terminal's width; a longer line is shown around its underlined part.
constexpr size_t kShownBytesMax = 120;

bool IsContinuationByte(char c) { return (static_cast<unsigned char>(c) & 0xC0u) == 0x80u; }

// Escape sequences in a file must not reach the terminal.
std::string Printable(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte < 0x20 && c != '\t') || byte == 0x7F) c = '?';
  }
  return out;
}

// As wide as `text` on screen: tabs are kept, a UTF-8 character counts once.
std::string Blank(std::string_view text) {
  std::string out;
  for (char c : text) {
    if (!IsContinuationByte(c)) out.push_back(c == '\t' ? '\t' : ' ');
  }
  return out;
}

std::string Underline(std::string_view text) {
  const auto columns = static_cast<size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return !IsContinuationByte(c); }));
  return columns <= 1 ? "^" : std::string(columns, '~');
}

struct Window {
  std::string before, marked, after;
};

Window CutLine(const ConfigError& error) {
  const std::string_view line = error.source_line;
  const size_t begin = std::min(static_cast<size_t>(std::max(error.column, 1) - 1), line.size());
  const size_t size = std::min(static_cast<size_t>(std::max(error.underline_size, 1)),
                               std::min(line.size() - begin, kShownBytesMax / 2));
  size_t from = 0, to = line.size();
  if (to > kShownBytesMax) {
    from = begin > kShownBytesMax / 3 ? begin - kShownBytesMax / 3 : 0;
    to = std::min(line.size(), from + kShownBytesMax);
    while (from < begin && IsContinuationByte(line[from])) ++from;
    while (to < line.size() && IsContinuationByte(line[to])) ++to;
  }
  Window window;
  window.before = (from > 0 ? "..." : "") + Printable(line.substr(from, begin - from));
  window.marked = Printable(line.substr(begin, size));
  window.after = Printable(line.substr(begin + size, std::max(to, begin + size) - begin - size)) +
                 (to < line.size() ? "..." : "");
  return window;
}

void AppendFrame(const ConfigError& error, size_t number_width, std::string* out) {
  const std::string bar = std::string(number_width, ' ') + " |";
  std::string number = std::to_string(error.line);
  number.insert(0, number_width - number.size(), ' ');
  const Window window = CutLine(error);
  out->append(bar + "\n");
  out->append(number + " | " + window.before + window.marked + window.after + "\n");
  out->append(bar + " " + Blank(window.before) + Underline(window.marked));
  if (!error.hint.empty()) out->append(" " + Printable(error.hint));
  out->append("\n" + bar + "\n");
}

void AppendPosition(const ConfigError& error, std::string* out) {
  if (!error.file.empty()) out->append(error.file);
  if (error.line > 0) {
    out->append(":" + std::to_string(error.line) + ":" + std::to_string(error.column));
  }
  if (!error.file.empty() || error.line > 0) out->append(": ");
}

std::string Format(const std::vector<ConfigError>& errors, const std::string& what) {
  if (errors.empty()) return {};
  size_t number_width = 2;
  for (const ConfigError& error : errors) {
    number_width = std::max(number_width, std::to_string(error.line).size());
  }
  std::string out;
  for (const ConfigError& error : errors) {
    AppendPosition(error, &out);
    out.append(what + ": " + Printable(error.message) + "\n");
    if (error.line > 0) {
      AppendFrame(error, number_width, &out);
    } else if (!error.hint.empty()) {
      out.append(std::string(number_width, ' ') + " " + Printable(error.hint) + "\n");
    }
  }
  return out + std::to_string(errors.size()) + " " + what + (errors.size() == 1 ? ".\n" : "s.\n");
}

}  // namespace

std::string FormatErrors(const std::vector<ConfigError>& errors) { return Format(errors, "error"); }

std::string FormatWarnings(const std::vector<ConfigError>& warnings) {
  return Format(warnings, "warning");
}

std::string DescribeError(const ConfigError& error) {
  std::string out;
  AppendPosition(error, &out);
  out.append(Printable(error.message));
  return error.hint.empty() ? out : out + " (" + Printable(error.hint) + ")";
}

}  // namespace banto::conf
