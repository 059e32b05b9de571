// The table itself; schema.cc asks it.
#include <array>

#include "conf/schema.h"

namespace banto::conf {
namespace {

using enum KeyType;

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

constexpr KeyRule Plain(std::string_view section, std::string_view name, KeyType type,
                        std::string_view default_text, std::string_view help) {
  return {section, name, type, default_text, help, 0, 0, "", Secrecy::kPlain, false};
}
constexpr KeyRule Ranged(std::string_view section, std::string_view name, KeyType type,
                         std::string_view default_text, std::string_view help, int64_t min,
                         int64_t max) {
  return {section, name, type, default_text, help, min, max, "", Secrecy::kPlain, false};
}
constexpr KeyRule Choice(std::string_view section, std::string_view name,
                         std::string_view default_text, std::string_view help,
                         std::string_view choices) {
  return {section, name, kChoice, default_text, help, 0, 0, choices, Secrecy::kPlain, false};
}
constexpr KeyRule Secret(std::string_view section, std::string_view name, KeyType type,
                         std::string_view default_text, std::string_view help, Secrecy secrecy) {
  return {section, name, type, default_text, help, 0, 0, "", secrecy, false};
}

constexpr KeyRule Restart(KeyRule rule) {
  rule.needs_restart = true;
  return rule;
}

constexpr std::array kKeys = {
    Restart(Plain("", "listen", kListen, "\"0.0.0.0:8080\"",
                  "Where clients connect: ip:port, :port or unix:/path.")),
    Restart(Ranged("", "threads", kInteger, "0", "Threads that carry traffic; 0 is one per CPU.", 0,
                   1024)),
    Plain("", "trusted_proxies", kTexts, "[\"127.0.0.0/8\", \"::1\"]",
          "Networks whose X-Forwarded-* fields are continued; those of others are replaced."),
    Plain("workers", "url", kUrl, "",
          "The worker's address, with the path that all requests to it begin with; must be there."),
    Plain("workers", "name", kText, "",
          "Its name in metrics, logs and routes; the url's host, port and path when left out."),
    Choice("workers", "kind", "\"auto\"", "What it is, if asking the worker should not decide.",
           "auto | vllm | sglang | llamacpp | llama-cpp-python | ollama | tgi | tei | openai | "
           "http"),
    Plain("workers", "models", kTexts, "[]",
          "Models it may be asked for; empty is what it lists, \"*\" is every one."),
    Ranged("workers", "weight", kInteger, "1", "Its share of the load beside the others.", 1, 1000),
    Ranged("workers", "max_in_flight", kInteger, "0",
           "Requests at once; more of them wait in the queue. 0 is no limit.", 0, 1'000'000),
    Plain("workers", "backup", kBoolean, "false", "Used only while no other worker is available."),
    Plain("workers", "host_header", kText, "",
          "The Host it is sent; the url's when left out, \"client\" passes on the client's."),
    Secret("workers", "api_key", kText, "",
           "Sent instead of the client's Authorization; write it as ${NAME}.", Secrecy::kSecret),
    Plain("workers", "api_key_file", kFile, "", "A file that holds the api_key."),
    Secret("workers", "headers", kTextTable, "{}", "Headers added to every request to it.",
           Secrecy::kSecret),
    Plain("workers", "tls_verify", kBoolean, "true",
          "Whether an https worker must show a certificate that can be trusted."),
    Plain("workers", "tls_ca_file", kFile, "",
          "PEM certificates to trust instead of the system's."),
    Choice("balance", "policy", "\"least_loaded\"", "How the worker is chosen.",
           "least_loaded | least_requests | round_robin | random"),
    Ranged("balance", "queue_length_max", kInteger, "1000",
           "Requests that may wait per group of workers; more get 429.", 0, 1'000'000),
    Ranged("balance", "queue_timeout", kDuration, "\"50s\"",
           "How long one may wait; below the 60 s after which many clients give up.", 0, kHour),
    Ranged("balance", "retries", kInteger, "2",
           "Further workers tried before the first byte reached the client.", 0, 10),
    Plain("health", "path", kText, "\"\"",
          "What is asked; empty is by kind of worker, and never a completion."),
    Ranged("health", "interval", kDuration, "\"5s\"", "How often each worker is asked.", 100,
           kHour),
    Ranged("health", "timeout", kDuration, "\"0\"",
           "How long it may take; 0 is by kind (5s, and 25s for SGLang, which is slow when busy).",
           0, 10 * kMinute),
    Ranged("health", "rise", kInteger, "2", "Good answers in a row that make it healthy.", 1, 100),
    Ranged("health", "fall", kInteger, "3", "Bad answers in a row that make it unhealthy.", 1, 100),
    Ranged("timeouts", "client_header", kDuration, "\"10s\"",
           "For a request's head to arrive, so slow clients cannot hold connections.", 1, kHour),
    Ranged("timeouts", "client_body", kDuration, "\"30s\"",
           "Between two reads of a request's body.", 1, kHour),
    Ranged("timeouts", "client_body_total", kDuration, "\"5m\"",
           "For the whole of a request's body, so that it cannot trickle for ever.", 1, kDay),
    Ranged("timeouts", "client_idle", kDuration, "\"75s\"",
           "For a kept connection without a request; longer than a load balancer's 60s.", 1, kDay),
    Ranged("timeouts", "connect", kDuration, "\"2s\"", "For a connection to a worker.", 1,
           10 * kMinute),
    Ranged("timeouts", "first_byte", kDuration, "\"300s\"",
           "For a worker's answer to begin; long prompts and model loads take minutes.", 1, kDay),
    Ranged("timeouts", "idle", kDuration, "\"60s\"",
           "Between two reads or writes of an answer, on either side.", 1, kDay),
    Ranged("timeouts", "commit_after", kDuration, "\"15s\"",
           "Then comments keep a streaming client's side alive while the worker still thinks.", 1,
           kHour),
    Ranged("timeouts", "total", kDuration, "\"0\"",
           "For a whole request; 0 is none, because long streams are normal here.", 0, 7 * kDay),
    Ranged("timeouts", "shutdown", kDuration, "\"30s\"",
           "How long running requests may take when the process is asked to stop.", 0, kDay),
    Ranged("limits", "header_bytes_max", kSize, "\"32KiB\"",
           "One head; more of a request gets 431, of an answer 502.", kKib, 16 * kMib),
    Ranged("limits", "headers_max", kInteger, "100", "Header lines of one head.", 1, 10'000),
    Ranged("limits", "body_bytes_max", kSize, "\"32MiB\"", "One request's body; more gets 413.",
           kKib, kTib),
    Ranged("limits", "event_bytes_max", kSize, "\"64MiB\"",
           "One event or line of a streamed answer; a longer one ends its stream with an error.",
           kKib, kGib),
    Restart(Ranged("limits", "buffered_bytes_max", kSize, "\"1GiB\"",
                   "All request bodies and unfinished events together; more gets 503.", kKib,
                   64 * kTib)),
    Ranged("limits", "connections_max", kInteger, "20000", "Client connections at once.", 1,
           10'000'000),
    Restart(Plain("cache", "enabled", kBoolean, "true", "Whether answers are kept at all.")),
    Ranged("cache", "ttl", kDuration, "\"10m\"", "How long an answer is good.", 1, 366 * kDay),
    Restart(Ranged("cache", "memory", kSize, "\"256MiB\"",
                   "Kept inside the process; \"0\" turns this tier off.", 0, 64 * kTib)),
    Restart(Secret("cache", "redis", kUrl, "",
                   "Kept in Redis too, shared by many processes: redis://, rediss:// or unix:.",
                   Secrecy::kUrl)),
    Restart(Plain("cache", "redis_password_file", kFile, "",
                  "A file that holds the password, so that the url need not.")),
    Restart(Ranged("cache", "redis_timeout", kDuration, "\"50ms\"",
                   "Then the worker is asked: a slow Redis is a miss and no error.", 1, kMinute)),
    Restart(Ranged("cache", "entry_bytes_max", kSize, "\"4MiB\"", "Longer answers are not kept.",
                   kKib, kGib)),
    Choice("cache", "scope", "\"credential\"",
           "Who shares answers: callers whose headers agree, or all whatever their credential.",
           "credential | shared"),
    Plain("cache", "sampled", kBoolean, "true",
          "Whether answers to requests with temperature > 0 are kept."),
    Plain("cache", "harmless_headers", kTexts, "[]",
          "Further request headers that tell no callers apart; \"x-*\" is all that begin so."),
    Plain(
        "cache", "bypass_fields", kTexts, "[]",
        "Further members of a body that bypass unless they are off; \"x_*\" is all that begin so."),
    Plain("routes", "path", kText, "", "An exact path, or a prefix that ends in \"*\"."),
    Plain("routes", "methods", kTexts, "[]", "Methods it takes; empty is every one."),
    Plain("routes", "workers", kTexts, "[]",
          "Names of its workers; empty is every worker of kind http."),
    Plain("routes", "cache", kTable, "", "Keeps this route's answers; see below."),
    Plain("routes", "retry_unsafe", kBoolean, "false",
          "Whether a request that was sent may be sent again although it is no GET."),
    Plain("routes.cache", "enabled", kBoolean, "true", "Turns it off without deleting it."),
    Ranged("routes.cache", "ttl", kDuration, "\"0\"",
           "At most how long; 0 is the [cache] ttl, \"origin\" what the answer itself says.", 0,
           366 * kDay),
    Plain("routes.cache", "key", kTexts, "[]",
          "What tells requests apart: query.NAME, header.NAME, body; empty is the whole target "
          "and body."),
    Plain("cors", "origins", kTexts, "[]",
          "Origins such as \"https://ui.example\", or \"*\"; empty is what the engines say."),
    Restart(Plain("admin", "listen", kListen, "\"127.0.0.1:9901\"",
                  "Where operators connect; \"\" turns it off.")),
    Secret("admin", "token", kText, "", "What admin requests must carry; write it as ${NAME}.",
           Secrecy::kSecret),
    Plain("admin", "token_file", kFile, "", "A file that holds the token."),
    Choice("log", "level", "\"info\"", "The least that is written.", "debug | info | warn | error"),
    Restart(Choice("log", "format", "\"json\"", "For machines or for people.", "json | text")),
    Restart(Plain("log", "access", kText, "\"stdout\"",
                  "Where a line per request goes: \"stdout\", \"off\" or a file.")),

};

}  // namespace

std::span<const KeyRule> KeyRules() { return kKeys; }
std::span<const SectionRule> SectionRules() { return kSections; }

}  // namespace banto::conf
