// The table itself; schema.cc asks it.
#include <array>

#include "conf/kind_choices.h"
#include "conf/schema.h"
#include "conf/schema_row.h"

namespace banto::conf {
namespace {

constexpr int64_t kSecond = 1000, kMinute = 60 * kSecond, kHour = 60 * kMinute, kDay = 24 * kHour;
constexpr int64_t kKib = 1024, kMib = 1024 * kKib, kGib = 1024 * kMib, kTib = 1024 * kGib;

constexpr std::array kSections = {
    SectionRule{"workers", true, "One model server, or any HTTP application."},
    SectionRule{"balance", false, "Which worker a request goes to, and how it waits for one."},
    SectionRule{"health", false, "How a worker is asked whether it is well."},
    SectionRule{"timeouts", false, "One clock for each thing that can stall."},
    SectionRule{"limits", false, "What one client, and all of them together, may cost."},
    SectionRule{"cache", false, "Answers that are given again without asking a worker."},
    SectionRule{"routes", true, "Paths of HTTP applications that speak no model API."},
    SectionRule{"routes.cache", false, "Caching of one route; present means on."},
    SectionRule{"cors", false, "Which pages of a browser may read answers."},
    SectionRule{"admin", false, "Metrics, health endpoints, dashboard and admin API."},
    SectionRule{"log", false, "What is written, and how."},
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
        "The worker's address, with the path that all requests to it begin with; must be there."),
    Row<&Worker::name>(
        "name", "",
        "Its name in metrics, logs and routes; the url's host, port and path when left out."),
    Choice<&Worker::kind>("kind", "\"auto\"", "What it is, if asking the worker should not decide.",
                          {kKindChoices.data(), kKindChoices.size()}),
    Row<&Worker::models>("models", "[]",
                         "Models it may be asked for; empty is what it lists, \"*\" is every one."),
    Row<&Worker::weight>("weight", "1", "Its share of the load beside the others.", 1, 1000),
    Row<&Worker::max_in_flight>("max_in_flight", "0",
                                "Requests at once; more of them wait in the queue. 0 is no limit.",
                                0, 1'000'000),
    Row<&Worker::backup>("backup", "false", "Used only while no other worker is available."),
    Row<&Worker::host_header>(
        "host_header", "",
        "The Host it is sent; the url's when left out, \"client\" passes on the client's."),
    Secret(Row<&Worker::api_key>(
        "api_key", "", "Sent instead of the client's Authorization; write it as ${NAME}.")),
    InsteadOf("api_key",
              As(KeyType::kSecretFile,
                 Row<&Worker::api_key>("api_key_file", "", "A file that holds the api_key."))),
    Secret(Row<&Worker::headers>("headers", "{}", "Headers added to every request to it.")),
    Row<&Worker::tls_verify>(
        "tls_verify", "true",
        "Whether an https worker must show a certificate that can be trusted."),
    As(KeyType::kFile,
       Row<&Worker::tls_ca_file>("tls_ca_file", "",
                                 "PEM certificates to trust instead of the system's.")),
    Planned("prefix",
            Choice<&Balance::policy>("policy", "\"least_loaded\"", "How the worker is chosen.",
                                     "least_loaded | least_requests | round_robin | random")),
    Row<&Balance::queue_length_max>("queue_length_max", "1000",
                                    "Requests that may wait per group of workers; more get 429.", 0,
                                    1'000'000),
    Row<&Balance::queue_timeout_ms>(
        "queue_timeout", "\"50s\"",
        "How long one may wait; below the 60 s after which many clients give up.", 0, kHour),
    Row<&Balance::retries>(
        "retries", "2", "Further workers tried before the first byte reached the client.", 0, 10),
    Row<&Health::path>("path", "\"\"",
                       "What is asked; empty is by kind of worker, and never a completion."),
    Row<&Health::interval_ms>("interval", "\"5s\"", "How often each worker is asked.", 100, kHour),
    Row<&Health::timeout_ms>(
        "timeout", "\"0\"",
        "How long it may take; 0 is by kind (5s, and 25s for SGLang, which is slow when busy).", 0,
        10 * kMinute),
    Row<&Health::rise>("rise", "2", "Good answers in a row that make it healthy.", 1, 100),
    Row<&Health::fall>("fall", "3", "Bad answers in a row that make it unhealthy.", 1, 100),
    Row<&Timeouts::client_header_ms>(
        "client_header", "\"10s\"",
        "For a request's head to arrive, so slow clients cannot hold connections.", 1, kHour),
    Row<&Timeouts::client_body_ms>("client_body", "\"30s\"",
                                   "Between two reads of a request's body.", 1, kHour),
    Row<&Timeouts::client_body_total_ms>(
        "client_body_total", "\"5m\"",
        "For the whole of a request's body, so that it cannot trickle for ever.", 1, kDay),
    Row<&Timeouts::client_idle_ms>(
        "client_idle", "\"75s\"",
        "For a kept connection without a request; longer than a load balancer's 60s.", 1, kDay),
    Row<&Timeouts::connect_ms>("connect", "\"2s\"", "For a connection to a worker.", 1,
                               10 * kMinute),
    Row<&Timeouts::first_byte_ms>(
        "first_byte", "\"300s\"",
        "For a worker's answer to begin; long prompts and model loads take minutes.", 1, kDay),
    Row<&Timeouts::idle_ms>("idle", "\"60s\"",
                            "Between two reads or writes of an answer, on either side.", 1, kDay),
    Row<&Timeouts::commit_after_ms>(
        "commit_after", "\"15s\"",
        "Then comments keep a streaming client's side alive while the worker still thinks.", 1,
        kHour),
    Row<&Timeouts::total_ms>(
        "total", "\"0\"", "For a whole request; 0 is none, because long streams are normal here.",
        0, 7 * kDay),
    Row<&Timeouts::shutdown_ms>(
        "shutdown", "\"30s\"",
        "How long running requests may take when the process is asked to stop.", 0, kDay),
    Row<&Limits::header_bytes_max>("header_bytes_max", "\"32KiB\"",
                                   "One head; more of a request gets 431, of an answer 502.", kKib,
                                   16 * kMib),
    Row<&Limits::headers_max>("headers_max", "100", "Header lines of one head.", 1, 10'000),
    Row<&Limits::body_bytes_max>("body_bytes_max", "\"32MiB\"",
                                 "One request's body; more gets 413.", kKib, kTib),
    Row<&Limits::event_bytes_max>(
        "event_bytes_max", "\"64MiB\"",
        "One event or line of a streamed answer; a longer one ends its stream with an error.", kKib,
        kGib),
    Restart(Row<&Limits::buffered_bytes_max>(
        "buffered_bytes_max", "\"1GiB\"",
        "All request bodies and unfinished events together; more gets 503.", kKib, 64 * kTib)),
    Row<&Limits::connections_max>("connections_max", "20000", "Client connections at once.", 1,
                                  10'000'000),
    Restart(Row<&Cache::enabled>("enabled", "true", "Whether answers are kept at all.")),
    Row<&Cache::ttl_ms>("ttl", "\"10m\"", "How long an answer is good.", 1, 366 * kDay),
    Restart(Row<&Cache::memory_bytes>("memory", "\"256MiB\"",
                                      "Kept inside the process; \"0\" turns this tier off.", 0,
                                      64 * kTib)),
    Restart(
        Secret(Row<&Cache::redis>(
                   "redis", "",
                   "Kept in Redis too, shared by many processes: redis://, rediss:// or unix:."),
               Secrecy::kUrl)),
    Restart(As(KeyType::kFile, Row<&Cache::redis_password_file>(
                                   "redis_password_file", "",
                                   "A file that holds the password, so that the url need not."))),
    Restart(Row<&Cache::redis_timeout_ms>(
        "redis_timeout", "\"50ms\"",
        "Then the worker is asked: a slow Redis is a miss and no error.", 1, kMinute)),
    Restart(Row<&Cache::entry_bytes_max>("entry_bytes_max", "\"4MiB\"",
                                         "Longer answers are not kept.", kKib, kGib)),
    Choice<&Cache::scope>(
        "scope", "\"credential\"",
        "Who shares answers: callers whose headers agree, or all whatever their credential.",
        "credential | shared"),
    Planned("variants",
            Row<&Cache::sampled>("sampled", "true",
                                 "Whether answers to requests with temperature > 0 are kept.")),
    Row<&Cache::harmless_headers>(
        "harmless_headers", "[]",
        "Further request headers that tell no callers apart; \"x-*\" is all that begin so."),
    Row<&Cache::bypass_fields>(
        "bypass_fields", "[]",
        "Further members of a body that bypass unless they are off; \"x_*\" is all that begin so."),
    Row<&Route::path>("path", "", "An exact path, or a prefix that ends in \"*\"."),
    Row<&Route::methods>("methods", "[]", "Methods it takes; empty is every one."),
    Row<&Route::workers>("workers", "[]",
                         "Names of its workers; empty is every worker of kind http."),
    Row<&Route::cache>("cache", "", "Keeps this route's answers; see below."),
    Row<&Route::retry_unsafe>(
        "retry_unsafe", "false",
        "Whether a request that was sent may be sent again although it is no GET."),
    Row<&RouteCache::enabled>("enabled", "true", "Turns it off without deleting it."),
    OrWord("origin",
           Row<&RouteCache::ttl_ms>(
               "ttl", "\"0\"",
               "At most how long; 0 is the [cache] ttl, \"origin\" what the answer itself says.", 0,
               366 * kDay)),
    Row<&RouteCache::key>(
        "key", "[]",
        "What tells requests apart: query.NAME, header.NAME, body; empty is the whole target "
        "and body."),
    Row<&Cors::origins>(
        "origins", "[]",
        "Origins such as \"https://ui.example\", or \"*\"; empty is what the engines say."),
    Restart(As(KeyType::kListen,
               Row<&Admin::listen_text>("listen", "\"127.0.0.1:9901\"",
                                        "Where operators connect; \"\" turns it off."))),
    Secret(Row<&Admin::token>("token", "", "What admin requests must carry; write it as ${NAME}.")),
    InsteadOf("token", As(KeyType::kSecretFile,
                          Row<&Admin::token>("token_file", "", "A file that holds the token."))),
    Choice<&Log::level>("level", "\"info\"", "The least that is written.",
                        "debug | info | warn | error"),
    Choice<&Log::format>("format", "\"json\"", "For machines or for people.", "json | text"),
    Restart(Row<&Log::access>("access", "\"stdout\"",
                              "Where a line per request goes: \"stdout\", \"off\" or a file.")),
};

}  // namespace

std::span<const KeyRule> KeyRules() { return kKeys; }
std::span<const SectionRule> SectionRules() { return kSections; }

}  // namespace banto::conf
