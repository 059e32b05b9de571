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
  ASSERT_EQ(kKeySchemaVersion, 2U);
  EXPECT_EQ(Key("{}"), "ec2c118fccc2deb013519ea0b36227489906579392e0482d488068c24ff2f1a7");
  EXPECT_EQ(
      Key(R"({"model":"m","messages":[{"role":"user","content":"h\u00e9llo"}],"temperature":0.7})"),
      "de4f5806abc779a055a7ae78e7dbca6c3b6f7be152ccac3b6f57cedf3ef55fd8");
  EXPECT_EQ(Key(R"({"model":"m","prompt":"why","options":{"seed":1,"num_ctx":4096}})",
                {.dialect = "ollama", .method = "POST", .path = "/api/generate", .model = "m"},
                api::ollama::kDialect),
            "5344616a08f3701ebfbe91d0b1296ac8ea5227b97ed7f261d9247a16ca126542");
  CacheKeyBuilder builder;
  builder.AddPart(KeyTag::kMethod, "GET");
  builder.AddPart(KeyTag::kPath, "/predict");
  builder.AddPair(KeyTag::kQueryArg, "input_text", "hello");
  builder.AddPair(KeyTag::kHeader, "accept", "text/html");
  builder.AddPart(KeyTag::kBody, std::string(5000, 'x'));
  EXPECT_EQ(builder.Finish()->Hex(),
            "863204a5fe771c017849b6676894c005c180dc3caddc3d5f43de8ec645d81654");
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
