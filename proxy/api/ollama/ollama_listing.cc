#include "proxy/api/ollama/ollama_listing.h"

#include "proxy/http/hex.h"
#include "proxy/json/json_cursor.h"
#include "proxy/json/json_scan.h"

namespace banto::api::ollama {
namespace {

using json::JsonCursor;

std::string Quoted(std::string_view text) {
  std::string out;
  json::AppendJsonString(text, &out);
  return out;
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

// The worker's object under the name by which it is asked for here ("gemma" for "gemma:latest").
// Empty when it is no object.
std::string Named(std::string_view raw, std::string_view name) {
  JsonCursor json(raw);
  std::string_view key;
  if (!json::IsJson(raw) || !json.EnterObject()) return {};
  const std::string quoted = Quoted(name);
  std::string out = R"({"name":)" + quoted + R"(,"model":)" + quoted;
  while (json.NextMember(&key)) {
    const std::string_view value = json.Skip();
    if (key == "name" || key == "model") continue;
    out.append(",\"").append(key).append("\":").append(value);
  }
  return out + "}";
}

std::string Tag(const CatalogModel& model) {
  if (IsObjectNaming(model.ollama_tag, "name", model.name)) return model.ollama_tag;
  std::string own = Named(model.ollama_tag, model.name);
  if (!own.empty()) return own;
  // Of a model that is only known by name nothing else is said: no size, no time.
  const std::string name = Quoted(model.name);
  return R"({"name":)" + name + R"(,"model":)" + name + R"(,"digest":")" + DigestOf(model.name) +
         R"(","details":{"parent_model":"","format":"","family":"","families":[],)"
         R"("parameter_size":"","quantization_level":""}})";
}

std::string Running(const CatalogModel& model) {
  if (IsObjectNaming(model.ollama_ps, "name", model.name)) return model.ollama_ps;
  return Named(model.ollama_ps, model.name);
}

constexpr std::string_view kJson = "application/json; charset=utf-8";

}  // namespace

ListingAnswer List(Operation listing, const ListingFacts& facts) {
  switch (listing) {
    case Operation::kModels:
      return {200, std::string(kJson), ListModels(R"({"models":[)", facts.catalog, Tag)};
    case Operation::kRunning:
      return {200, std::string(kJson), ListModels(R"({"models":[)", facts.catalog, Running)};
    case Operation::kVersion:
      return {200, std::string(kJson), R"({"version":)" + Quoted(facts.version) + "}"};
    case Operation::kGreeting:
      return {200, "text/plain; charset=utf-8", "Ollama is running"};
    default:
      break;
  }
  return {404, {}, {}};
}

}  // namespace banto::api::ollama
