// ReadKeys: [[keys]].
#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include "conf/sections.h"
#include "conf/worker_rules.h"

namespace banto::conf {
namespace {

constexpr std::string_view kHashStart = "sha256:";
constexpr const char* kHowToHash = "the digits are those of: printf %s \"$SECRET\" | sha256sum";

// "sha256:" and 64 hex digits.
std::optional<SecretDigest> ReadHash(std::string_view text) {
  if (!text.starts_with(kHashStart)) return std::nullopt;
  text.remove_prefix(kHashStart.size());
  SecretDigest digest = {};
  if (text.size() != 2 * digest.size()) return std::nullopt;
  for (uint8_t& byte : digest) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + 2, byte, 16);
    if (error != std::errc() || end != text.data() + 2) return std::nullopt;
    text.remove_prefix(2);
  }
  return digest;
}

// A secret is sent as a part of a header, and whoever can guess it is let in.
Complaint CheckSecret(std::string_view secret) {
  if (secret.size() < kSecretBytesMin) {
    return {"this secret is shorter than " + std::to_string(kSecretBytesMin) +
                " bytes, and may be guessed",
            "make one: openssl rand -hex 32"};
  }
  if (!IsVisibleText(secret))
    return {"a secret is one word of printable text", "make one: openssl rand -hex 32"};
  return {};
}

bool TakeSecret(const SectionReader& reader, AccessKey* key) {
  std::string text;
  if (reader.Has("secret_file")) {
    if (!reader.Value("secret_file").SecretFile(&text)) return false;
    if (const Complaint wrong = CheckSecret(text)) {
      reader.Error("secret_file", wrong.message, wrong.hint);
      return false;
    }
    key->digest = DigestOf(text);
    return true;
  }
  if (!reader.Has("hash")) {
    reader.Error("secret_file", "this key has no secret",
                 "add secret_file = \"…\", or hash = \"sha256:…\"");
    return false;
  }
  if (!reader.Value("hash").Text(&text)) return false;
  const std::optional<SecretDigest> digest = ReadHash(text);
  if (!digest) {
    reader.Error("hash", "a hash is \"sha256:\" and 64 hex digits", kHowToHash);
  } else if (*digest == DigestOf("")) {
    reader.Error("hash", "this is the hash of nothing", kHowToHash);
  }
  key->digest = digest.value_or(SecretDigest{});
  return digest.has_value();
}

void CheckName(const SectionReader& reader, const AccessKey& key) {
  if (!reader.Has("name")) {
    reader.Error("name", "this key has no name", "add name = \"team-a\"");
  } else if (reader.Took("name") && !IsVisibleText(key.name)) {
    reader.Error("name", "a name is printable, without blanks and quotes",
                 "it appears in metrics and logs");
  }
}

void CheckModels(const SectionReader& reader, const std::vector<std::string>& models) {
  if (reader.Took("models") && models.empty()) {
    reader.Error("models", "this key may ask for nothing", "name a model, or write [\"*\"]");
  }
  for (size_t i = 0; i < models.size() && reader.Took("models"); ++i) {
    const std::string& model = models[i];
    if (!IsModelName(model)) {
      reader.ErrorAt(reader.PlaceOfItem("models", i), "a model's name is one line of text", "");
    } else if (model.find('*') < model.size() - 1) {
      reader.ErrorAt(reader.PlaceOfItem("models", i),
                     "\"*\" is allowed only at the end of a model's name", "");
    }
  }
}

// The keys so far, and where they stand.
struct Seen {
  std::string name;
  std::optional<SecretDigest> digest;
  int line;
};

void CheckAlone(const SectionReader& reader, const Seen& key, const std::vector<Seen>& before) {
  for (const Seen& other : before) {
    const std::string first = " (the first on line " + std::to_string(other.line) + ")";
    if (!key.name.empty() && other.name == key.name) {
      return reader.Error("name", "two keys are called \"" + key.name + "\"" + first,
                          "give one of them another name");
    }
    if (key.digest && other.digest == key.digest) {
      return reader.Error(reader.Has("secret_file") ? "secret_file" : "hash",
                          "two keys have the same secret" + first,
                          "nobody could tell who asks: make another one");
    }
  }
}

}  // namespace

void ReadKeys(const TomlValue& list, const ReadContext& context, Config* config) {
  std::vector<Seen> seen;
  for (const TomlValue& item : list.items) {
    if (item.type != TomlValue::Type::kTable) {
      context.errors->Add(item.place, "each key is a table", "write [[keys]] and name = \"…\"");
      continue;
    }
    AccessKey key;
    const SectionReader reader("keys", item, context, {.config = config, .key = &key});
    CheckName(reader, key);
    CheckModels(reader, key.models);
    Seen its = {key.name, std::nullopt, reader.PlaceOf("name").line};
    if (TakeSecret(reader, &key)) its.digest = key.digest;
    CheckAlone(reader, its, seen);
    seen.push_back(std::move(its));
    config->keys.push_back(std::move(key));
  }
}

}  // namespace banto::conf
