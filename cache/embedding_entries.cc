// How the vectors of an answer are kept: an Entry per item, whose body is what the answer says
// besides its vectors, and one vector.
#include <algorithm>
#include <cstring>

#include "cache/embedding_items.h"
#include "proxy/api/vector_answer.h"

namespace banto::cache {
namespace {

// The body of an item's entry: the two sizes, whether it was alone, the texts, the floats.
struct Stored {
  bool alone = false;
  std::string_view shell, row_shell, floats;
};
constexpr size_t kHeadBytes = 9;

void AppendSize(size_t size, std::string* out) {
  for (int i = 0; i < 4; ++i) out->push_back(static_cast<char>(size >> (8 * i) & 0xff));
}

size_t SizeAt(std::string_view body, size_t at) {
  size_t size = 0;
  for (size_t i = 0; i < 4; ++i)
    size |= static_cast<size_t>(static_cast<unsigned char>(body[at + i])) << (8 * i);
  return size;
}

std::string Write(const Stored& stored) {
  std::string body;
  body.reserve(kHeadBytes + stored.shell.size() + stored.row_shell.size() + stored.floats.size());
  AppendSize(stored.shell.size(), &body);
  AppendSize(stored.row_shell.size(), &body);
  body.push_back(stored.alone ? 1 : 0);
  return body.append(stored.shell).append(stored.row_shell).append(stored.floats);
}

std::optional<Stored> Read(std::string_view body) {
  if (body.size() < kHeadBytes) return std::nullopt;
  const size_t shell = SizeAt(body, 0), row_shell = SizeAt(body, 4);
  const size_t texts = body.size() - kHeadBytes;
  if (shell > texts || row_shell > texts - shell) return std::nullopt;
  Stored stored;
  stored.alone = body[8] == 1;
  stored.shell = body.substr(kHeadBytes, shell);
  stored.row_shell = body.substr(kHeadBytes + shell, row_shell);
  stored.floats = body.substr(kHeadBytes + shell + row_shell);
  if (stored.floats.empty() || stored.floats.size() % 4 != 0) return std::nullopt;
  return stored;
}

// Divides a number by weight into shares whose sum it is.
class Shares {
 public:
  Shares(int64_t number, size_t weight) : number_(number), weight_(weight) {}
  int64_t Next(size_t weight) {
    if (number_ < 0) return -1;
    weighed_ += weight;
    const auto due =
        static_cast<int64_t>(static_cast<double>(number_) * static_cast<double>(weighed_) /
                             static_cast<double>(weight_));
    const int64_t given = std::exchange(given_, due);
    return due - given;
  }

 private:
  const int64_t number_;
  const size_t weight_;
  size_t weighed_ = 0;
  int64_t given_ = 0;
};

}  // namespace

std::vector<EntryPtr> EntriesOf(const EmbeddingItems& items, const Entry& whole) {
  std::vector<EntryPtr> entries;
  const size_t count = items.items.size();
  const auto answer = api::TakeApart(items.form->rows, whole.body, count);
  if (!answer) return entries;
  size_t weight = 0;
  for (const EmbeddingItems::Item& item : items.items) weight += item.text.size() + 1;
  Shares tokens(whole.input_tokens, weight), worker_ms(whole.worker_ms, weight);
  entries.reserve(count);
  for (size_t i = 0; i < count; ++i) {
    auto entry = HeadOf(whole);
    const api::VectorRow& row = answer->rows[i];
    entry->body = Write({count == 1, answer->shell, row.shell, row.floats});
    entry->input_tokens = tokens.Next(items.items[i].text.size() + 1);
    entry->worker_ms = worker_ms.Next(items.items[i].text.size() + 1);
    entries.push_back(std::move(entry));
  }
  return entries;
}

std::shared_ptr<Entry> AnswerOf(const EmbeddingItems& items, std::span<const EntryPtr> entries,
                                const Entry& lead) {
  auto answer = HeadOf(lead);
  std::vector<api::VectorView> rows;
  rows.reserve(entries.size());
  for (const EntryPtr& entry : entries) {
    const auto stored = Read(entry->body);
    if (!stored) return nullptr;
    rows.push_back({stored->row_shell, stored->floats});
    if (stored->floats.size() != rows.front().floats.size()) return nullptr;
    answer->stored_at_ms = std::min(answer->stored_at_ms, entry->stored_at_ms);
    answer->expires_at_ms = std::min(answer->expires_at_ms, entry->expires_at_ms);
    answer->worker_ms += entry->worker_ms;
    if (entry->input_tokens < 0) continue;
    answer->input_tokens = std::max<int64_t>(0, answer->input_tokens) + entry->input_tokens;
  }
  const auto first = Read(lead.body);
  if (!first) return nullptr;
  answer->body =
      api::PutTogether(items.form->rows, first->shell, rows, items.base64, answer->input_tokens);
  return answer;
}

bool KnowsItsTokens(const Entry& entry) {
  const auto stored = Read(entry.body);
  return stored && stored->alone && entry.input_tokens >= 0;
}

}  // namespace banto::cache
