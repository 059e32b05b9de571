#include "proxy/api/operation.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstring>

#include "proxy/api/dialect.h"
#include "proxy/api/operation_table.h"
#include "proxy/api/plain/plain.h"
#include "proxy/base/perfect_slots.h"

namespace banto::api {
namespace {

using Method = OperationRow::Method;

// A letter of a path's first quarter; "/chat_tokenize" and "/v1/detokenize" end alike.
constexpr uint64_t EarlyLetter(std::string_view path) {
  return uint64_t{static_cast<unsigned char>(path[path.size() / 4])} << 32;
}

// Up to eight bytes of a path's end, as a number.
constexpr uint64_t TailOf(std::string_view path) {
  uint64_t tail = 0;
  for (size_t i = path.size() > 8 ? path.size() - 8 : 0; i < path.size(); ++i) {
    tail = (tail << 8) | static_cast<unsigned char>(path[i]);
  }
  return path.size() < 8 ? tail : tail + EarlyLetter(path);
}

// A path's end, its size and that letter tell every row from the others; a key's number is one more
// than its row.
constexpr std::array<uint64_t, kOperationRows.size()> KeysOfRows() {
  std::array<uint64_t, kOperationRows.size()> keys{};
  for (size_t i = 0; i < keys.size(); ++i)
    keys[i] = TailOf(kOperationRows[i].path) + kOperationRows[i].path.size();
  return keys;
}
constexpr auto kSlots = base::MakePerfectSlots<10>(KeysOfRows());

// Compares what is at least eight bytes long, a word at a time and without a call (measured:
// perf/README.md).
bool SameBytes(const char* a, const char* b, size_t size) {
  uint64_t x, y;
  for (size_t at = 0; at + sizeof x < size; at += sizeof x) {
    std::memcpy(&x, a + at, sizeof x);
    std::memcpy(&y, b + at, sizeof y);
    if (x != y) return false;
  }
  return std::memcmp(a + size - sizeof x, b + size - sizeof x, sizeof x) == 0;
}

// The row of this path, or nullptr.
const OperationRow* FindRow(std::string_view path) {
  uint64_t tail = 0;
  if (path.size() >= sizeof tail) {
    std::memcpy(&tail, path.data() + path.size() - sizeof tail, sizeof tail);
    if constexpr (std::endian::native == std::endian::little) tail = __builtin_bswap64(tail);
    tail += EarlyLetter(path);
  } else {
    tail = TailOf(path);
  }
  const size_t i = kSlots.Find(tail + path.size());
  if (i == 0 || kOperationRows[i - 1].path.size() != path.size()) return nullptr;
  const OperationRow* const row = &kOperationRows[i - 1];
  const bool same = path.size() >= sizeof tail
                        ? SameBytes(row->path.data(), path.data(), path.size())
                        : row->path == path;
  return same ? row : nullptr;
}

}  // namespace

constinit const OperationInfo kPlainOperation = {.dialect = &plain::kDialect,
                                                 .operation = Operation::kPlain};
constinit const OperationInfo kUnreadOperation = {.dialect = &native::kDialect,
                                                  .operation = Operation::kOther};

std::vector<Engines> EnginesOfAllOperations() {
  const OperationInfo& root = native::kRootPost.info;
  std::vector<Engines> all = {root.engines, root.nameless};
  for (const OperationRow& row : kOperationRows) {
    if (!row.info.inference) continue;
    all.push_back(row.info.engines);
    all.push_back(row.info.nameless);
  }
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return all;
}

const std::vector<const Dialect*>& AllDialects() {
  static const std::vector<const Dialect*> dialects = [] {
    std::vector<const Dialect*> all;
    for (const OperationRow& row : kOperationRows) {
      if (std::find(all.begin(), all.end(), row.info.dialect) == all.end())
        all.push_back(row.info.dialect);
    }
    return all;
  }();
  return dialects;
}

std::string_view ModelInPath(std::string_view path) {
  return path.substr(std::min(openai::kModelPrefix.size(), path.size()));
}

const OperationInfo* FindOperation(std::string_view method, std::string_view path) {
  const bool post = method == "POST";
  if (!post && method != "GET" && method != "HEAD") return &kPlainOperation;
  const OperationRow* const row = FindRow(path);
  if (row != nullptr) {
    if (row->method == (post ? Method::kPost : Method::kGet)) return &row->info;
    return post && row->path == native::kRootPost.path ? &native::kRootPost.info : &kPlainOperation;
  }
  if (!post && path.size() > openai::kModelPrefix.size() &&
      path.starts_with(openai::kModelPrefix)) {
    return &openai::kModelInfo;
  }
  return &kPlainOperation;
}

}  // namespace banto::api
