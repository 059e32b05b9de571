#include "proxy/access/key_ring.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "proxy/access/permission.h"

namespace banto::access {
namespace {

conf::AccessKey Key(const char* name, const char* secret) {
  conf::AccessKey key;
  key.name = name;
  key.digest = conf::DigestOf(secret);
  return key;
}

TEST(KeyRing, ASecretIsFoundByItsDigest) {
  const std::vector<conf::AccessKey> keys = {Key("a", "secret-of-team-a"),
                                             Key("b", "secret-of-team-b")};
  const KeyRing ring(keys);
  EXPECT_EQ(ring.Find("secret-of-team-a"), &keys[0]);
  EXPECT_EQ(ring.Find("secret-of-team-b"), &keys[1]);
  for (const char* wrong :
       {"", "secret-of-team-", "secret-of-team-a ", "Secret-of-team-a", "secret-of-team-c"})
    EXPECT_EQ(ring.Find(wrong), nullptr) << wrong;
}

// To take out of a head all that contains a short one would leave little of it.
TEST(KeyRing, AShortSecretIsNobodys) {
  const std::vector<conf::AccessKey> keys = {Key("a", "short"), Key("b", "0123456789abcdef")};
  const KeyRing ring(keys);
  EXPECT_EQ(ring.Find("short"), nullptr);
  EXPECT_EQ(ring.Find("0123456789abcdef"), &keys[1]);
}

TEST(KeyRing, WithoutKeysItIsEmpty) {
  EXPECT_TRUE(KeyRing().empty());
  EXPECT_EQ(KeyRing().Find("x"), nullptr);
}

TEST(KeyRing, TheDigestIsSha256) {
  // printf abc | sha256sum
  const conf::SecretDigest digest = conf::DigestOf("abc");
  EXPECT_EQ(digest[0], 0xba);
  EXPECT_EQ(digest[1], 0x78);
  EXPECT_EQ(digest[31], 0xad);
}

TEST(Permission, AModelIsNamedWholeOrByAPrefix) {
  conf::AccessKey key;
  EXPECT_TRUE(MayAskAny(key)) << "the default";
  EXPECT_TRUE(MayAsk(key, "anything"));
  key.models = {"llama-3", "qwen*"};
  EXPECT_FALSE(MayAskAny(key));
  for (const char* model : {"llama-3", "llama-3:latest", "qwen", "qwen3-8b"})
    EXPECT_TRUE(MayAsk(key, model)) << model;
  for (const char* model : {"", "llama", "llama-3.1", "Llama-3", "llama-3:8b", "a-qwen"})
    EXPECT_FALSE(MayAsk(key, model)) << model;
  key.models = {"llama-3:latest"};
  EXPECT_TRUE(MayAsk(key, "llama-3"));
}

TEST(Permission, TheTextSaysAllThatIsPermitted) {
  conf::AccessKey a = Key("a", "s"), b = Key("b", "t");
  EXPECT_EQ(PermissionsOf(a), PermissionsOf(b));
  b.external = false;
  EXPECT_NE(PermissionsOf(a), PermissionsOf(b));
  b = a;
  b.models = {"x", "y"};
  a.models = {"y", "x", "y"};
  EXPECT_EQ(PermissionsOf(a), PermissionsOf(b));
  a.models = {"xy"};
  EXPECT_NE(PermissionsOf(a), PermissionsOf(b));
}

}  // namespace
}  // namespace banto::access
