#include "conf/schema_lists.h"

#include <array>

#include "conf/schema_row.h"

namespace banto::conf {
namespace {

constexpr int64_t kHour = 3'600'000, kDay = 24 * kHour;

constexpr std::array kKeys = {
    Row<&ModelRule::name>("name", "",
                          "What clients ask for: a name, or a prefix ending in \"*\"; required."),
    Row<&ModelRule::target>(
        "target", "",
        "The model that workers are asked for; by default the one that is asked for."),
    Row<&ModelRule::fallback>("fallback", "[]",
                              "Models to ask in turn when no worker can: all are down, full, or "
                              "answer 429 or 5xx."),
    Row<&ModelRule::fallback_after_ms>(
        "fallback_after", "", "How long to wait for a slot before that; by default queue_timeout.",
        0, kHour),
    Row<&ModelRule::set>("set", "{}", "Members that every request gets, whatever it says."),
    Row<&ModelRule::defaults>("default", "{}", "Members for requests that do not have them."),
    Row<&ModelRule::strip>("strip", "[]", "Members that are taken out of requests."),
    Row<&ModelRule::split>("split", "",
                           "Models and their shares, instead of target; a caller stays with one."),
    Row<&ModelRule::mirror>("mirror", "",
                            "Copies a share of the requests to another model; see below."),
    Row<&ModelRule::local_only>("local_only", "false",
                                "Whether its requests may not leave the house: no external worker "
                                "ever sees them."),
    Row<&ModelRule::price>("price", "", "What its tokens cost; see below."),
    Row<&ModelRule::reference_price>("reference_price", "",
                                     "What they would cost outside; as price."),
    Row<&ModelRule::cache>("cache", "", "Caching of its answers; see below."),
    Row<&ModelRule::own_timeouts>("timeouts", "", "Its own timeouts; see below."),
    Row<&ModelMirror::model>("model", "", "The model that gets the copies; required."),
    Row<&ModelMirror::worker>(
        "worker", "", "The worker that gets them; by default any that serves it and is local."),
    Row<&ModelMirror::share>("share", "",
                             "The share of the requests that is copied; by default all.", 0, 1),
    Row<&ModelCache::enabled>("enabled", "true", "Whether its answers are cached."),
    Row<&ModelCache::ttl_ms>("ttl", "\"0\"", "How long they stay valid; 0 means the [cache] ttl.",
                             0, 366 * kDay),
    Row<&ModelCache::sampled>("sampled", "true",
                              "Whether answers to requests with temperature > 0 are cached."),
    Row<&ModelTimeouts::first_byte_ms>("first_byte", "", "As in [timeouts].", 1, kDay),
    Row<&ModelTimeouts::first_token_ms>("first_token", "", "As in [timeouts].", 0, kDay),
    Row<&ModelTimeouts::idle_ms>("idle", "", "As in [timeouts].", 1, kDay),
    Row<&ModelTimeouts::total_ms>("total", "", "As in [timeouts].", 0, 7 * kDay),
    Row<&Price::input>("input", "", "For a million tokens of prompts.", 0, 1'000'000),
    Row<&Price::output>("output", "", "For a million tokens of answers.", 0, 1'000'000),
    Row<&Price::cached>("cached", "",
                        "For a million tokens of prompts that the worker had cached; by default as "
                        "input.",
                        0, 1'000'000),
    Row<&AccessKey::name>("name", "", "Its name in logs, metrics and the cache; required."),
    As(KeyType::kSecretFile,
       Row<&AccessKey::digest>("secret_file", "",
                               "A file that contains its secret; this or hash is required.")),
    InsteadOf("secret_file",
              Secret(Row<&AccessKey::digest>(
                  "hash", "", "The SHA-256 of its secret, as \"sha256:\" and 64 hex digits."))),
    Row<&AccessKey::models>("models", "[\"*\"]",
                            "The models that it may ask for; \"x*\" is a prefix, \"*\" is any."),
    Row<&AccessKey::external>("external", "true",
                              "Whether its requests may leave the house; false: local workers "
                              "only."),
};

}  // namespace

std::span<const KeyRule> ListKeyRules() { return kKeys; }

}  // namespace banto::conf
