#include "proxy/api/ollama/foreign_model.h"

#include <algorithm>

#include "proxy/api/rfc3339.h"
#include "proxy/http/hex.h"
#include "proxy/json/json_cursor.h"
#include "proxy/json/json_scan.h"

namespace banto::api::ollama {
namespace {

// Ollama's CLI prints the first 12 characters of a digest, and fails on a shorter one; web
// interfaces use digests to tell models apart. So a model without weights that we know gets one
// made of its name (FNV-1a).
std::string DigestOf(std::string_view name) {
  std::string digest;
  uint64_t hash = 0xcbf29ce484222325;
  for (int word = 0; word < 4; ++word) {
    for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
    hash = (hash ^ static_cast<unsigned>(word)) * 0x100000001b3;
    char digits[http::kHexDigits];
    http::PutHex(hash, digits);
    digest.append(digits, sizeof digits);
  }
  return digest;
}

// What an engine tells in its own listing: vLLM `max_model_len`, llama.cpp `meta`. 0: it does not.
struct Known {
  int64_t context = 0, parameters = 0, embedding = 0, size = 0;
};

Known KnownOf(const CatalogModel& model) {
  Known known;
  if (!json::IsJson(model.openai_model)) return known;
  const std::string_view meta = MemberOf(model.openai_model, "meta");
  const auto number = [](std::string_view raw) {
    return std::max<int64_t>(json::IntegerOr(raw, 0), 0);
  };
  known.context = number(MemberOf(model.openai_model, "max_model_len"));
  // What it was started with is less than what it was trained for.
  if (known.context == 0) known.context = number(MemberOf(meta, "n_ctx"));
  if (known.context == 0) known.context = number(MemberOf(meta, "n_ctx_train"));
  known.parameters = number(MemberOf(meta, "n_params"));
  known.embedding = number(MemberOf(meta, "n_embd"));
  known.size = number(MemberOf(meta, "size"));
  return known;
}

// 268098176 as "268.10M", as Ollama has it.
std::string ParameterSize(int64_t count) {
  if (count <= 0) return {};
  const bool billions = count >= 1'000'000'000;
  const int64_t step = billions ? 10'000'000 : 10'000;
  const int64_t hundredths = count / step + (count % step >= step / 2 ? 1 : 0);
  std::string text = std::to_string(hundredths / 100) + ".";
  text += static_cast<char>('0' + hundredths / 10 % 10);
  text += static_cast<char>('0' + hundredths % 10);
  return text + (billions ? "B" : "M");
}

std::string Details(const Known& known) {
  return R"("details":{"parent_model":"","format":"","family":"","families":[],)"
         R"("parameter_size":")" +
         ParameterSize(known.parameters) + R"(","quantization_level":""})";
}

// Go's zero time, which Ollama's CLI prints as "Never", where the engine has not told.
std::string ModifiedAt(const CatalogModel& model) {
  const std::string time =
      model.created_s > 0 ? Rfc3339(model.created_s) : std::string("0001-01-01T00:00:00");
  return R"("modified_at":")" + time + R"(Z")";
}

// Ollama's CLI reads all four of these without looking, unless there are none (cmd.go, showInfo);
// other clients look for the context's length. Python's type wants the member itself.
std::string ModelInfo(const Known& known) {
  if (known.context == 0) return R"("model_info":null)";
  return R"("model_info":{"general.architecture":"unknown","general.parameter_count":)" +
         std::to_string(known.parameters) + R"(,"unknown.context_length":)" +
         std::to_string(known.context) + R"(,"unknown.embedding_length":)" +
         std::to_string(known.embedding) + "}";
}

}  // namespace

std::string ForeignTag(const CatalogModel& model) {
  const Known known = KnownOf(model);
  std::string name;
  json::AppendJsonString(model.name, &name);
  return R"({"name":)" + name + R"(,"model":)" + name + "," + ModifiedAt(model) + R"(,"size":)" +
         std::to_string(known.size) + R"(,"digest":")" + DigestOf(model.name) + R"(",)" +
         Details(known) + "}";
}

// Other engines serve what they have in memory, until they are stopped: what Ollama says of a model
// whose keep_alive is negative, and its CLI prints as "Forever".
std::string ForeignRunning(const CatalogModel& model) {
  const Known known = KnownOf(model);
  std::string running = ForeignTag(model);
  running.pop_back();
  return running + R"(,"expires_at":"2318-01-01T00:00:00Z","size_vram":)" +
         std::to_string(known.size) + R"(,"context_length":)" + std::to_string(known.context) + "}";
}

std::string ForeignShow(const CatalogModel& model) {
  const Known known = KnownOf(model);
  return R"({"license":"","modelfile":"","parameters":"","template":"","system":"",)" +
         Details(known) + "," + ModelInfo(known) + R"(,"capabilities":["completion"],)" +
         ModifiedAt(model) + "}";
}

}  // namespace banto::api::ollama
