// The table itself; look-ups are in schema.cc.
#include <array>
#include <vector>

#include "conf/kind_choices.h"
#include "conf/schema.h"
#include "conf/schema_lists.h"
#include "conf/schema_row.h"

namespace banto::conf {
namespace {

constexpr int64_t kSecond = 1000, kMinute = 60 * kSecond, kHour = 60 * kMinute, kDay = 24 * kHour;
constexpr int64_t kKib = 1024, kMib = 1024 * kKib, kGib = 1024 * kMib, kTib = 1024 * kGib;

constexpr std::array kSections = {
    SectionRule{"workers", true, "One model server, or any HTTP application."},
    SectionRule{"balance", false, "Which worker a request goes to, and how it waits for one."},
    SectionRule{"health", false, "How the health of workers is checked."},
    SectionRule{"timeouts", false, "One timeout for each thing that can stall."},
    SectionRule{"limits", false, "What a single client, and all together, may consume."},
    SectionRule{"cache", false, "Answers that are reused without asking a worker."},
    SectionRule{"routes", true, "Paths of HTTP applications other than model APIs."},
    SectionRule{"routes.cache", false, "Caching of a route; its presence turns it on."},
    SectionRule{"keys", true, "Who may ask; without any, everybody may.", Secrecy::kSecret},
    SectionRule{"models", true, "A name that clients ask for, and what becomes of it."},
    SectionRule{"models.mirror", false, "A share of the requests goes to another model as well."},
    SectionRule{"models.cache", false, "Instead of [cache]."},
    SectionRule{"models.timeouts", false, "Instead of [timeouts]."},
    SectionRule{"models.price", false, "What a million tokens cost; reference_price likewise."},
    SectionRule{"cors", false, "Which web pages may read answers."},
    SectionRule{"admin", false, "Metrics, health endpoints, dashboard and admin API."},
    SectionRule{"log", false, "What is logged, and how."},
};

constexpr std::array kKeys = {
    Restart(As(KeyType::kListen,
               Row<&Config::listen_text>("listen", "\"0.0.0.0:8080\"",
                                         "Where clients connect: ip:port, :port or unix:/path."))),
    Restart(Row<&Config::threads>("threads", "0", "Threads that carry traffic; 0 is one per CPU.",
                                  0, 1024)),
    Row<&Config::trusted_proxies>(
        "trusted_proxies", "[\"127.0.0.0/8\", \"::1\"]",
        "Networks whose X-Forwarded-* fields are continued; those of others are replaced."),
    Row<&Worker::url>(
        "url", "",
        "The worker's address, with the path that all requests to it begin with; required."),
    Row<&Worker::name>(
        "name", "",
        "Its name in metrics, logs and routes; by default the url's host, port and path."),
    Choice<&Worker::kind>("kind", "\"auto\"", "What it is; auto asks the worker.",
                          {kKindChoices.data(), kKindChoices.size()}),
    Row<&Worker::models>("models", "[]",
                         "Models to send to it; empty means those it lists, \"*\" any."),
    Row<&Worker::weight>("weight", "1", "Its share of the load relative to the others.", 1, 1000),
    Row<&Worker::max_in_flight>(
        "max_in_flight", "0",
        "Concurrent requests; further ones wait in the queue. 0 means no limit.", 0, 1'000'000),
    Row<&Worker::backup>("backup", "false", "Used only while no other worker is available."),
    Row<&Worker::external>("external", "",
                           "Whether it is somebody else's server, which gets no client's headers, "
                           "and requests only for models that the configuration names; by default "
                           "anthropic is."),
    Choice<&Worker::translate>("translate", "\"auto\"",
                               "Which requests it gets in its own API instead of the client's: "
                               "those that it would not understand, all that can be, or none.",
                               "auto | always | never"),
    Choice<&Worker::ask>("ask", "\"auto\"",
                         "How it is asked for a whole answer: as a stream, which it ends when the "
                         "client leaves, or whole; auto follows the kind.",
                         "auto | stream | whole"),
    Row<&Worker::host_header>(
        "host_header", "",
        "The Host it receives; by default the url's, \"client\" forwards the client's."),
    Secret(Row<&Worker::api_key>(
        "api_key", "", "Sent instead of the client's Authorization; write it as ${NAME}.")),
    InsteadOf("api_key",
              As(KeyType::kSecretFile,
                 Row<&Worker::api_key>("api_key_file", "", "A file that contains the api_key."))),
    Secret(Row<&Worker::headers>("headers", "{}", "Headers added to every request to it.")),
    Row<&Worker::tls_verify>("tls_verify", "true",
                             "Whether an https worker must present a trusted certificate."),
    As(KeyType::kFile,
       Row<&Worker::tls_ca_file>("tls_ca_file", "",
                                 "PEM certificates to trust instead of the system's.")),
    Planned("prefix", Choice<&Balance::policy>("policy", "\"least_loaded\"",
                                               "How the worker is chosen.", kPolicyChoices)),
    Row<&Balance::queue_length_max>(
        "queue_length_max", "1000",
        "Requests that may wait per group of workers; further ones get 429.", 0, 1'000'000),
    Row<&Balance::queue_timeout_ms>(
        "queue_timeout", "\"50s\"",
        "How long a request may wait; less than the 60 s after which many clients give up.", 0,
        kHour),
    Row<&Balance::retries>(
        "retries", "2",
        "How many further workers are tried before the first byte has reached the client.", 0, 10),
    Row<&Health::path>(
        "path", "\"\"",
        "The path to probe; by default it depends on the kind, and is never a completion."),
    Row<&Health::interval_ms>("interval", "\"5s\"", "How often each worker is probed.", 100, kHour),
    Row<&Health::timeout_ms>("timeout", "\"0\"",
                             "How long a probe may take; 0 depends on the kind (5s, and 25s for "
                             "SGLang, which is slow when busy).",
                             0, 10 * kMinute),
    Row<&Health::rise>("rise", "2", "Consecutive successes that make a worker healthy.", 1, 100),
    Row<&Health::fall>("fall", "3", "Consecutive failures that make a worker unhealthy.", 1, 100),
    Row<&Timeouts::client_header_ms>(
        "client_header", "\"10s\"",
        "For a request's head to arrive, so slow clients cannot hold connections.", 1, kHour),
    Row<&Timeouts::client_body_ms>("client_body", "\"30s\"",
                                   "Between two reads of a request's body.", 1, kHour),
    Row<&Timeouts::client_body_total_ms>(
        "client_body_total", "\"5m\"",
        "For an entire request body, so that it cannot trickle in forever.", 1, kDay),
    Row<&Timeouts::client_idle_ms>(
        "client_idle", "\"75s\"",
        "For a kept-alive connection between requests; longer than a load balancer's 60s.", 1,
        kDay),
    Row<&Timeouts::connect_ms>("connect", "\"2s\"", "For a connection to a worker.", 1,
                               10 * kMinute),
    Row<&Timeouts::first_byte_ms>(
        "first_byte", "\"300s\"",
        "For a worker's answer to begin; long prompts and model loads take minutes.", 1, kDay),
    Row<&Timeouts::first_token_ms>(
        "first_token", "\"0\"",
        "For a stream's first token, after which another worker is asked; 0 means no limit.", 0,
        kDay),
    Row<&Timeouts::idle_ms>("idle", "\"60s\"",
                            "Between two reads or writes of an answer, on either side.", 1, kDay),
    Row<&Timeouts::commit_after_ms>(
        "commit_after", "\"15s\"",
        "After this, a streaming client gets a 200 and is kept alive until the worker answers.", 1,
        kHour),
    Row<&Timeouts::keep_alive_ms>(
        "keep_alive", "\"15s\"",
        "How often a client whose stream is silent gets a comment or ping of its API; 0 is never.",
        0, kHour),
    Row<&Timeouts::total_ms>(
        "total", "\"0\"",
        "For an entire request; 0 means no limit, because long streams are normal here.", 0,
        7 * kDay),
    Row<&Timeouts::shutdown_ms>(
        "shutdown", "\"30s\"",
        "How long running requests may take when the process is told to stop.", 0, kDay),
    Row<&Limits::header_bytes_max>(
        "header_bytes_max", "\"32KiB\"",
        "One head; a larger request head gets 431, a larger answer head 502.", kKib, 16 * kMib),
    Row<&Limits::headers_max>("headers_max", "100", "Header lines in one head.", 1, 10'000),
    Row<&Limits::body_bytes_max>("body_bytes_max", "\"32MiB\"",
                                 "One request body; larger ones get 413.", kKib, kTib),
    Row<&Limits::event_bytes_max>(
        "event_bytes_max", "\"64MiB\"",
        "One event or line of a streamed answer; a longer one ends its stream with an error.", kKib,
        kGib),
    Restart(Row<&Limits::buffered_bytes_max>(
        "buffered_bytes_max", "\"1GiB\"",
        "All request bodies and unfinished events together; beyond it requests get 503.", kKib,
        64 * kTib)),
    Row<&Limits::connections_max>("connections_max", "20000", "Concurrent client connections.", 1,
                                  10'000'000),
    Restart(Row<&Cache::enabled>("enabled", "true", "Whether answers are cached at all.")),
    Row<&Cache::ttl_ms>("ttl", "\"10m\"", "How long an answer stays valid.", 1, 366 * kDay),
    Restart(Row<&Cache::memory_bytes>(
        "memory", "\"256MiB\"", "Memory for answers inside the process; \"0\" turns this tier off.",
        0, 64 * kTib)),
    Restart(
        Secret(Row<&Cache::redis>(
                   "redis", "",
                   "A second tier in Redis, shared by processes: redis://, rediss:// or unix:."),
               Secrecy::kUrl)),
    Restart(
        As(KeyType::kFile, Row<&Cache::redis_password_file>(
                               "redis_password_file", "",
                               "A file that contains the password, to keep it out of the url."))),
    Restart(Row<&Cache::redis_timeout_ms>(
        "redis_timeout", "\"50ms\"",
        "After this the worker is asked: a slow Redis is a miss, not an error.", 1, kMinute)),
    Restart(Row<&Cache::entry_bytes_max>("entry_bytes_max", "\"4MiB\"",
                                         "Larger answers are not cached.", kKib, kGib)),
    Choice<&Cache::scope>(
        "scope", "\"credential\"",
        "Who shares answers: callers whose headers agree, or also callers with other credentials.",
        "credential | shared"),
    Planned("variants",
            Row<&Cache::sampled>("sampled", "true",
                                 "Whether answers to requests with temperature > 0 are cached.")),
    Row<&Cache::keep_pace>(
        "keep_pace", "false",
        "Whether a stored stream is sent again at the pace at which it came; otherwise at once."),
    Row<&Cache::harmless_headers>(
        "harmless_headers", "[]",
        "Further request headers that do not separate callers; \"x-*\" is a prefix."),
    Row<&Cache::bypass_fields>(
        "bypass_fields", "[]",
        "Further body members that bypass the cache unless they are off; \"x_*\" is a prefix."),
    Row<&Route::path>("path", "", "An exact path, or a prefix ending in \"*\"."),
    Row<&Route::methods>("methods", "[]", "Methods it accepts; empty means any."),
    Row<&Route::workers>("workers", "[]",
                         "Names of its workers; empty means all workers of kind http."),
    Row<&Route::cache>("cache", "", "Caches this route's answers; see below."),
    Row<&Route::retry_unsafe>("retry_unsafe", "false",
                              "Whether a request other than GET may be retried after it was sent."),
    Row<&RouteCache::enabled>("enabled", "true", "Turns it off without deleting it."),
    OrWord(
        "origin",
        Row<&RouteCache::ttl_ms>(
            "ttl", "\"0\"",
            "The longest lifetime; 0 means the [cache] ttl, \"origin\" the answer's own lifetime.",
            0, 366 * kDay)),
    Row<&RouteCache::key>("key", "[]",
                          "What distinguishes requests: query.NAME, header.NAME, body; empty means "
                          "the entire target and body."),
    Row<&Cors::origins>(
        "origins", "[]",
        "Origins such as \"https://ui.example\", or \"*\"; empty leaves it to the engines."),
    Restart(As(KeyType::kListen,
               Row<&Admin::listen_text>("listen", "\"127.0.0.1:9901\"",
                                        "Where operators connect; \"\" turns it off."))),
    Secret(Row<&Admin::token>("token", "",
                              "The token that admin requests must send; write it as ${NAME}.")),
    InsteadOf("token", As(KeyType::kSecretFile,
                          Row<&Admin::token>("token_file", "", "A file that contains the token."))),
    Choice<&Log::level>("level", "\"info\"", "The lowest level that is logged.",
                        "debug | info | warn | error"),
    Choice<&Log::format>("format", "\"json\"", "For machines or for people.", "json | text"),
    Restart(Row<&Log::access>("access", "\"stdout\"",
                              "Where access lines go: \"stdout\", \"off\" or a file.")),
    Row<&Log::prefixes>("prefixes", "false",
                        "Access lines have hashes of how prompts begin, for perf/sim."),
};

}  // namespace

std::span<const KeyRule> KeyRules() {
  static const std::vector<KeyRule> all = [] {
    std::vector<KeyRule> rules(kKeys.begin(), kKeys.end());
    rules.insert(rules.end(), ListKeyRules().begin(), ListKeyRules().end());
    return rules;
  }();
  return all;
}
std::span<const SectionRule> SectionRules() { return kSections; }

}  // namespace banto::conf
