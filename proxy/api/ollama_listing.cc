#include "proxy/api/ollama_listing.h"

#include <ctime>

#include "proxy/http/hex.h"
#include "proxy/http/json_cursor.h"
#include "proxy/http/json_scan.h"

namespace banto::api {
namespace {

using http::JsonCursor;

std::string Quoted(std::string_view text) {
  std::string out;
  http::AppendJsonString(text, &out);
  return out;
}

std::string Rfc3339(int64_t seconds) {
  const std::time_t at = static_cast<std::time_t>(seconds);
  std::tm utc{};
  char text[32];
  if (gmtime_r(&at, &utc) == nullptr) return "1970-01-01T00:00:00Z";
  return {text, std::strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &utc)};
}

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

// A member of a raw object, empty when it is absent.
std::string_view MemberOf(std::string_view raw, std::string_view wanted) {
  JsonCursor json(raw);
  std::string_view key, found;
  if (!json.EnterObject()) return {};
  while (json.NextMember(&key)) {
    const std::string_view value = json.Skip();
    if (key == wanted) found = value;
  }
  return found;
}

std::string Details(const CatalogModel& model) {
  const std::string_view known = MemberOf(model.ollama_tag, "details");
  if (!known.empty() && known.front() == '{') return std::string(known);
  const std::string family = Quoted(model.owned_by);
  return R"({"parent_model":"","format":"","family":)" + family + R"(,"families":[)" + family +
         R"(],"parameter_size":"","quantization_level":""})";
}

// The start of an object of /api/tags or /api/ps, up to its details.
std::string Head(const CatalogModel& model) {
  const std::string name = Quoted(model.name);
  return R"({"name":)" + name + R"(,"model":)" + name + R"(,"size":0,"digest":")" +
         DigestOf(model.name) + R"(","details":)" + Details(model);
}

// What the worker says of its context: vLLM and SGLang max_model_len, llama.cpp meta.n_ctx.
int64_t ContextLength(const CatalogModel& model) {
  const int64_t length = http::IntegerOr(MemberOf(model.openai_model, "max_model_len"), 0);
  if (length > 0) return length;
  return http::IntegerOr(MemberOf(MemberOf(model.openai_model, "meta"), "n_ctx"), 0);
}

}  // namespace

bool IsObjectNaming(std::string_view raw, std::string_view key, std::string_view name) {
  std::string text;
  return http::IsJson(raw) && http::DecodeJsonString(MemberOf(raw, key), &text) && text == name;
}

std::string OllamaTag(const CatalogModel& model) {
  if (IsObjectNaming(model.ollama_tag, "name", model.name)) return model.ollama_tag;
  return Head(model) + R"(,"modified_at":")" + Rfc3339(model.created_s) + R"("})";
}

std::string OllamaPs(const CatalogModel& model) {
  if (IsObjectNaming(model.ollama_ps, "name", model.name)) return model.ollama_ps;
  if (!model.ollama_tag.empty()) return {};  // an Ollama that has it on disk only
  // Other engines keep what they serve. The far date is how Ollama says "for ever".
  return Head(model) + R"(,"expires_at":"2318-01-01T00:00:00Z","size_vram":0})";
}

std::string OllamaShow(const CatalogModel& model) {
  // `ollama show` reads these members of model_info without asking whether they are there.
  const std::string context = std::to_string(ContextLength(model));
  return R"({"license":"","modelfile":)" + Quoted("# served through banto\nFROM " + model.name) +
         R"(,"parameters":"","template":"{{ .Prompt }}","details":)" + Details(model) +
         R"(,"model_info":{"general.architecture":"unknown","general.parameter_count":0,)"
         R"("unknown.context_length":)" +
         context +
         R"(,"unknown.embedding_length":0})"
         R"(,"capabilities":["completion"],"modified_at":")" +
         Rfc3339(model.created_s) + R"("})";
}

}  // namespace banto::api
