#include "proxy/api/vector_answer.h"

#include <algorithm>

#include "proxy/api/embedding_numbers.h"
#include "proxy/json/json_cursor.h"

namespace banto::api {
namespace {

using json::JsonCursor;
using Rows = VectorForm::Rows;

constexpr std::string_view kNoRows = "[]";

// Copies the object at the cursor; `write` appends each member's value. False: there is none.
template <typename Write>
bool CopyObject(JsonCursor* json, std::string* out, Write write) {
  std::string_view key;
  if (!json->EnterObject()) return false;
  char before = '{';
  while (json->NextMember(&key)) {
    out->push_back(before);
    before = ',';
    out->append("\"").append(key).append("\":");
    write(key, json, out);
  }
  if (before == '{') out->push_back('{');
  out->push_back('}');
  return json->ok();
}

class Taker {
 public:
  Taker(Rows form, size_t count) : form_(form) { answer_.rows.resize(count); }

  std::optional<VectorAnswer> Take(std::string_view body) {
    JsonCursor json(body);
    if (form_ == Rows::kBare) {
      TakeRows(&json, &answer_.shell);
    } else {
      const std::string_view rows = form_ == Rows::kObjects ? "data" : "embeddings";
      good_ &= CopyObject(&json, &answer_.shell,
                          [&](std::string_view key, JsonCursor* at, std::string* out) {
                            if (key == rows) return TakeRows(at, out);
                            out->append(at->Skip());
                          });
    }
    good_ = good_ && json.Finish() && json.utf8_ok() && taken_ == answer_.rows.size();
    if (!good_) return std::nullopt;
    return std::move(answer_);
  }

 private:
  void TakeRows(JsonCursor* json, std::string* out) {
    if (!json->EnterArray()) {
      good_ = false;
      json->Skip();
      return;
    }
    while (json->NextElement()) TakeRow(json);
    out->append(kNoRows);
  }

  void TakeRow(JsonCursor* json) {
    VectorRow row;
    int64_t index = -1;
    if (form_ == Rows::kObjects) {
      good_ &=
          CopyObject(json, &row.shell, [&](std::string_view key, JsonCursor* at, std::string* out) {
            const std::string_view value = at->Skip();
            if (key == "index") index = json::IntegerOr(value, -1);
            if (key != "embedding") {
              out->append(value);
              return;
            }
            good_ &= ReadFloats(value, &row.floats);
            out->append(kNoRows);
          });
    } else {
      index = static_cast<int64_t>(taken_);
      good_ &= ReadFloats(json->Skip(), &row.floats);
    }
    ++taken_;
    if (taken_ == 1) width_ = row.floats.size();
    const auto at = static_cast<size_t>(index);
    good_ = good_ && index >= 0 && at < answer_.rows.size() && answer_.rows[at].floats.empty() &&
            row.floats.size() == width_ && width_ > 0;
    if (good_) answer_.rows[at] = std::move(row);
  }

  const Rows form_;
  VectorAnswer answer_;
  size_t taken_ = 0, width_ = 0;
  bool good_ = true;
};

void AppendVector(std::string_view floats, bool base64, std::string* out) {
  if (!base64) return WriteNumbers(floats, out);
  out->push_back('"');
  WriteBase64(floats, out);
  out->push_back('"');
}

void AppendRow(const VectorView& row, size_t index, bool base64, std::string* out) {
  if (row.shell.empty()) return AppendVector(row.floats, base64, out);
  JsonCursor json(row.shell);
  CopyObject(&json, out, [&](std::string_view key, JsonCursor* at, std::string* text) {
    const std::string_view value = at->Skip();
    if (key == "embedding") return AppendVector(row.floats, base64, text);
    text->append(key == "index" ? std::to_string(index) : value);
  });
}

void AppendRows(std::span<const VectorView> rows, bool base64, std::string* out) {
  out->push_back('[');
  for (size_t i = 0; i < rows.size(); ++i) {
    if (i > 0) out->push_back(',');
    AppendRow(rows[i], i, base64, out);
  }
  out->push_back(']');
}

// Vectors are all input: what was read is all there was.
void AppendUsage(JsonCursor* json, int64_t tokens, std::string* out) {
  const bool copied =
      CopyObject(json, out, [&](std::string_view key, JsonCursor* at, std::string* text) {
        const std::string_view value = at->Skip();
        const bool counts = key == "prompt_tokens" || key == "total_tokens";
        text->append(counts && tokens >= 0 ? std::to_string(tokens) : value);
      });
  if (!copied) out->append(json->Skip());
}

// What the digits of a float usually take, and their share of an object.
constexpr size_t kDigits = 13, kRowBytes = 64;

}  // namespace

std::optional<VectorAnswer> TakeApart(Rows form, std::string_view body, size_t count) {
  return Taker(form, count).Take(body);
}

std::string PutTogether(Rows form, std::string_view shell, std::span<const VectorView> rows,
                        bool base64, int64_t tokens) {
  std::string out;
  const size_t width = rows.empty() ? 0 : rows.front().floats.size();
  out.reserve(shell.size() + rows.size() * (kRowBytes + width / 4 * (base64 ? 6 : kDigits)));
  if (form == Rows::kBare) {
    AppendRows(rows, base64, &out);
    return out;
  }
  const std::string_view listed = form == Rows::kObjects ? "data" : "embeddings";
  JsonCursor json(shell);
  CopyObject(&json, &out, [&](std::string_view key, JsonCursor* at, std::string* text) {
    if (key == listed) {
      at->Skip();
      AppendRows(rows, base64, text);
    } else if (key == "usage") {
      AppendUsage(at, tokens, text);
    } else {
      const std::string_view value = at->Skip();
      const bool counts = key == "prompt_eval_count" && tokens >= 0;
      text->append(counts ? std::to_string(tokens) : value);
    }
  });
  return out;
}

}  // namespace banto::api
