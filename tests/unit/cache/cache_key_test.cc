// The requirements of the key, by the letters of the trap list (llm-gateways.md §4 K).
#include "cache/cache_key.h"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <thread>

#include "cache/key_fields.h"
#include "proxy/api/ollama/ollama.h"
#include "tests/unit/cache/key_support.h"

namespace banto::cache {
namespace {

TEST(CacheKey, GoldenVectorsNeverChange) {
  // Computed by another program (Python's hashlib) from the layout in cache_key.h. Changing the
  // layout makes every stored answer unreachable: then kKeySchemaVersion must change too.
  ASSERT_EQ(kKeySchemaVersion, 3U);
  EXPECT_EQ(Key("{}"), "bfa69d73b2d4993d792dbfc0b9bce2bd02ad1be19a0985d63a82c266f12cf855");
  EXPECT_EQ(
      Key(R"({"model":"m","messages":[{"role":"user","content":"h\u00e9llo"}],"temperature":0.7})"),
      "e3dffaa142c0be9b15dbe81ef4cd00a21bd91d75c4cb9b9f369078ef5e1ce77f");
  EXPECT_EQ(Key(R"({"model":"m","prompt":"why","options":{"seed":1,"num_ctx":4096}})",
                {.dialect = "ollama", .method = "POST", .path = "/api/generate", .model = "m"},
                api::ollama::kDialect),
            "2955a23a49383153a69a71d75cddd5eeacf7e40f9642e088897746f94d1841fb");
  CacheKeyBuilder builder;
  builder.AddPart(KeyTag::kMethod, "GET");
  builder.AddPart(KeyTag::kPath, "/predict");
  builder.AddPair(KeyTag::kQueryArg, "input_text", "hello");
  builder.AddPair(KeyTag::kHeader, "accept", "text/html");
  builder.AddPart(KeyTag::kBody, std::string(5000, 'x'));
  EXPECT_EQ(builder.Finish()->Hex(),
            "1aa6f79ff39c362288349f0ad444f54ca129212c98ec85e66c635f3f68c25fc8");
}

TEST(CacheKey, ShortHexIsAPrefixOfHex) {
  CacheKey key;
  for (size_t i = 0; i < key.digest.size(); ++i)
    key.digest[i] = static_cast<uint8_t>(0xF7 - 17 * i);
  EXPECT_EQ(key.ShortHex(), "f7e6d5c4b3a2");
  EXPECT_EQ(key.Hex().substr(0, 12), key.ShortHex());
}

TEST(CacheKey, EveryThreadMakesTheSameKey) {  // K11
  const std::string here = Key(With(""));
  std::string there;
  std::thread([&there] { there = Key(With("")); }).join();
  EXPECT_EQ(there, here);
}

TEST(CacheKey, BuilderIsReusableAfterFinish) {
  CacheKeyBuilder builder;
  builder.AddPart(KeyTag::kPath, "/a");
  const auto first = builder.Finish();
  builder.AddPart(KeyTag::kPath, "/a");
  EXPECT_EQ(builder.Finish(), first);
  EXPECT_NE(builder.Finish(), first);
}

TEST(CacheKey, SizesAroundTheBufferHashAlike) {
  // Only the bytes of the parts count, not how they are fed to the hash.
  std::set<std::string> keys;
  for (size_t size = 3950; size < 4250; ++size) {
    CacheKeyBuilder builder;
    builder.AddPart(KeyTag::kBody, std::string(size, 'x'));
    builder.AddPart(KeyTag::kBody, "y");
    keys.insert(builder.Finish()->Hex());
  }
  EXPECT_EQ(keys.size(), 300U);
}

TEST(CacheKey, PartsCannotRunIntoEachOther) {  // K2
  const auto key = [](std::initializer_list<std::pair<KeyTag, std::string_view>> parts) {
    CacheKeyBuilder builder;
    for (const auto& [tag, bytes] : parts) builder.AddPart(tag, bytes);
    return builder.Finish()->Hex();
  };
  // A value that looks like what the builder writes for a part.
  const std::string part("\x04\0\0\0\0\0\0\0\x02/b", 11);
  const std::set<std::string> keys = {key({}),
                                      key({{KeyTag::kPath, ""}}),
                                      key({{KeyTag::kPath, ""}, {KeyTag::kPath, ""}}),
                                      key({{KeyTag::kPath, "/a"}, {KeyTag::kPath, "/b"}}),
                                      key({{KeyTag::kPath, "/a/b"}}),
                                      key({{KeyTag::kPath, "/"}, {KeyTag::kPath, "a/b"}}),
                                      key({{KeyTag::kPath, "/a" + part}}),
                                      key({{KeyTag::kModel, "/a"}, {KeyTag::kPath, "/b"}}),
                                      key({{KeyTag::kQueryArg, "a"}, {KeyTag::kValue, "b"}}),
                                      key({{KeyTag::kQueryArg, "ab"}, {KeyTag::kValue, ""}}),
                                      key({{KeyTag::kQueryArg, "a"}, {KeyTag::kQueryArg, "b"}}),
                                      key({{KeyTag::kHeader, "a"}, {KeyTag::kValue, "b"}})};
  EXPECT_EQ(keys.size(), 12U);
}

TEST(CacheKey, DigestIsComplete) {  // K3
  const std::string hex = Key("{}");
  EXPECT_EQ(hex.size(), 64U);
  EXPECT_EQ(sizeof(CacheKey::digest), 32U);
  json::JsonScan scan;
  scan.Scan("{}");
  const auto key = KeyOfJsonRequest(kContext, scan, {});
  CacheKey other = *key;
  other.digest.back() ^= 1;
  EXPECT_FALSE(other == *key);
  EXPECT_EQ(CacheKey::Hash()(*key), CacheKey::Hash()(CacheKey(*key)));
}

TEST(CacheKey, ContextChangesTheKey) {  // K7, K13
  std::set<std::string> keys = {Key("{}")};
  const auto with = [](std::string_view KeyContext::*part, std::string_view value) {
    KeyContext context = kContext;
    context.*part = value;
    return Key("{}", context);
  };
  for (const auto part :
       {&KeyContext::dialect, &KeyContext::method, &KeyContext::path, &KeyContext::model,
        &KeyContext::revision, &KeyContext::tenant, &KeyContext::packaging}) {
    keys.insert(with(part, ""));
    keys.insert(with(part, "other"));
  }
  EXPECT_EQ(keys.size(), 15U);
}

TEST(CacheKey, TenantsCannotForgeEachOther) {  // K13
  std::set<std::string> keys;
  const std::pair<std::string_view, std::string_view> pairs[] = {
      {"", ""},         {"a", "b"}, {"a|b", ""}, {"", "a|b"},
      {"ab", ""},       {"a", ""},  {"", "a"},   {std::string_view("\0", 1), ""},
      {"anonymous", ""}};
  for (const auto& [tenant, packaging] : pairs) {
    KeyContext context = kContext;
    context.tenant = tenant;
    context.packaging = packaging;
    keys.insert(Key("{}", context));
  }
  EXPECT_EQ(keys.size(), std::size(pairs));
}

TEST(CacheKey, OtherSchemaVersionsAreOtherKeys) {  // K12
  // The version is the first part: a builder with another version could not produce this digest.
  const auto digest = [](uint8_t version) {
    const unsigned char bytes[] = {1, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, version};
    CacheKey key;
    EVP_Digest(bytes, sizeof bytes, key.digest.data(), nullptr, EVP_sha256(), nullptr);
    return key;
  };
  CacheKeyBuilder builder;
  const auto empty = builder.Finish();
  EXPECT_EQ(*empty, digest(static_cast<uint8_t>(kKeySchemaVersion)));
  EXPECT_FALSE(*empty == digest(static_cast<uint8_t>(kKeySchemaVersion + 1)));
}

}  // namespace
}  // namespace banto::cache
