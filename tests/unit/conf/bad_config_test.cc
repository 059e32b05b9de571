// One row per mistake: the text, where the error points, its message and its advice.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "conf/config_loader.h"

namespace banto::conf {
namespace {

// Precedes each row, so a row's first line is line 3.
constexpr char kWorker[] = "[[workers]]\nurl = \"http://gpu1:8000\"\n";

struct Mistake {
  const char* text;
  int line, column, size;
  const char* message;
  const char* hint;
};

std::string Show(const ConfigError& e) {
  return std::to_string(e.line) + ":" + std::to_string(e.column) + "+" +
         std::to_string(e.underline_size) + " " + e.message + " | " + e.hint;
}

std::string Show(const Mistake& m) {
  return std::to_string(m.line) + ":" + std::to_string(m.column) + "+" + std::to_string(m.size) +
         " " + m.message + " | " + m.hint;
}

void ExpectAll(const std::string& before, const std::vector<Mistake>& mistakes) {
  for (const Mistake& mistake : mistakes) {
    const LoadResult result = LoadConfigText(before + mistake.text, "banto.toml");
    EXPECT_EQ(result.config, nullptr) << mistake.text;
    ASSERT_EQ(result.errors.size(), 1u) << mistake.text << FormatErrors(result.errors);
    EXPECT_EQ(Show(result.errors[0]), Show(mistake)) << mistake.text;
    EXPECT_EQ(result.errors[0].file, "banto.toml");
  }
}

TEST(BadConfig, UnknownKeysAreUnderlinedAndGuessed) {
  ExpectAll(kWorker,
            {
                {"max_inflight = 16", 3, 1, 12, "unknown key \"max_inflight\"",
                 "did you mean \"max_in_flight\"?"},
                {"  wieght = 2", 3, 3, 6, "unknown key \"wieght\"", "did you mean \"weight\"?"},
                {"\"wieght\" = 2", 3, 1, 8, "unknown key \"wieght\"", "did you mean \"weight\"?"},
                {"redis_timeout = \"5s\"", 3, 1, 13, "unknown key \"redis_timeout\"",
                 "it belongs to [cache]"},
                {"threads = 2", 3, 1, 7, "unknown key \"threads\"",
                 "it belongs to the top of the file, before the first section"},
                {"[cahce]", 3, 2, 5, "unknown section [cahce]", "did you mean [cache]?"},
                {"[\"routes.cache\"]", 3, 2, 14, "unknown section [routes.cache]",
                 "known here: listen, threads, trusted_proxies, workers, balance, health, "
                 "timeouts, limits, cache, routes, keys, models, cors, admin, log"},
                {"[[route]]\npath = \"/x\"", 3, 3, 5, "unknown section [route]",
                 "did you mean [[routes]]?"},
                {"[log]\ncolour = true", 4, 1, 6, "unknown key \"colour\"",
                 "known here: level, format, access, prefixes"},
                {"[[routes]]\npath = \"/x\"\ncache = { ttl = \"1m\", kye = [] }", 5, 23, 3,
                 "unknown key \"kye\"", "did you mean \"key\"?"},
                {"[routes.cahce]\nttl = \"1m\"", 3, 2, 6, "\"routes\" is a list of sections",
                 "write [[routes]]"},
            });
}

TEST(BadConfig, WrongTypesSayWhatToWrite) {
  ExpectAll(
      kWorker,
      {
          {"[cache]\nttl = 600", 4, 7, 3, "a duration is a string", "write ttl = \"600s\""},
          {"[cache]\nttl = true", 4, 7, 4, "a duration is a string", "write ttl = \"10m\""},
          {"[cache]\nttl = \"600\"", 4, 7, 5, "a duration needs a unit", "write ttl = \"600s\""},
          {"[cache]\nttl = \"5 minutes\"", 4, 7, 11, "a duration is a number and a unit",
           "write ttl = \"10m\"; units are ms, s, m, h or d"},
          {"[cache]\nmemory = 268435456", 4, 10, 9, "a size is a string",
           "write memory = \"256MiB\""},
          {"[cache]\nmemory = \"1024\"", 4, 10, 6, "a size needs a unit",
           "write memory = \"1024B\""},
          {"[cache]\nmemory = \"64m\"", 4, 10, 5, "a size is a number and a unit",
           "write memory = \"256MiB\"; units are B, KiB, MiB, GiB, KB, MB or GB"},
          {"weight = \"2\"", 3, 10, 3, "\"weight\" is a whole number", "write weight = 2"},
          {"weight = 1.5", 3, 10, 3, "\"weight\" is a whole number", ""},
          {"backup = \"yes\"", 3, 10, 5, "\"backup\" is true or false", "write backup = true"},
          {"backup = 0", 3, 10, 1, "\"backup\" is true or false", "write backup = false"},
          {"name = 5", 3, 8, 1, "\"name\" is a string", "write name = \"5\""},
          {"models = \"llama\"", 3, 10, 7, "\"models\" is a list of strings",
           "write models = [\"llama\"]"},
          {"models = [\"a\", 5]", 3, 16, 1, "\"models\" is a list of strings",
           "put this between quotes"},
          {"headers = \"a\"", 3, 11, 3, "\"headers\" is a table",
           "write headers = { \"name\" = \"value\" }"},
          {"name = 1979-05-27", 3, 8, 10, "\"name\" is a string", "write name = \"…\""},
          {"[[cache]]", 3, 3, 5, "[cache] is one section", "write [cache]"},
          {"[[routes]]\npath = \"/x\"\ncache = true", 5, 9, 4, "\"cache\" is a table",
           "write cache = { ttl = \"60s\" }"},
      });
}

TEST(BadConfig, SyntaxErrorsAreExplainedInTermsOfTheFile) {
  ExpectAll(
      kWorker,
      {
          {"[cache]\nttl = 5m", 4, 7, 2, "a duration is a string", "write ttl = \"5m\""},
          {"[cache]\nttl = 5m # five", 4, 7, 2, "a duration is a string", "write ttl = \"5m\""},
          {"[cache]\nmemory = 256MiB", 4, 10, 6, "a size is a string", "write memory = \"256MiB\""},
          {"kind = vllm", 3, 8, 4, "a string needs quotes", "write kind = \"vllm\""},
          {"kind = “vllm”", 3, 8, 10, "TOML does not know these quotes", "write kind = \"vllm\""},
          {"kind = ‘vllm’", 3, 8, 10, "TOML does not know these quotes", "write kind = \"vllm\""},
          {"kind = „vllm“", 3, 8, 10, "TOML does not know these quotes", "write kind = \"vllm\""},
          {"backup = True", 3, 10, 4, "true and false are written in lower case",
           "write backup = true"},
          {"backup =", 3, 8, 1, "backup has no value", ""},
          {"backup", 3, 1, 6, "a key needs \"=\" and a value", "write key = value"},
          {"weight: 2", 3, 7, 1, "a key and its value are separated by \"=\"",
           "write \"=\" for \":\""},
          {"= 2", 3, 1, 1, "a line begins with a key", "write key = value"},
          {"weight = 02", 3, 10, 2, "this is no number", "digits only, without leading zeros"},
          {"weight = 2 backup = true", 3, 12, 13, "nothing may follow a value on its line",
           "a second key goes on the next line"},
          {"name = \"gpu1", 3, 8, 5, "the string does not end", "end it with \""},
          {"name = \"gpu1\" x", 3, 15, 1, "nothing may follow a value on its line",
           "a second key goes on the next line"},
          {"name = \"C:\\gpu\"", 3, 8, 8, "this is no string",
           "a backslash is written \\\\ there, or the string between ' and '"},
          {"models = [\"a\", \"b\"", 3, 10, 9, "\"]\" is missing", "end the list with ]"},
          {"models = [\n  \"a\",\n  \"b\"\n", 3, 10, 1, "\"]\" is missing", "end the list with ]"},
          {"models = [\n  \"a\",\n\n[cache]\nttl = \"5m\"", 3, 10, 1, "\"]\" is missing",
           "end the list with ]"},
          {"headers = { \"a\" = \"b\"\nweight = 2", 3, 11, 11, "\"}\" is missing",
           "end the table with } on the same line"},
          {"[cache\nttl = \"5m\"", 3, 1, 6, "a section's name ends with \"]\"", "write [cache]"},
          {"name = 'gpu\xFFx'", 3, 12, 1, "not UTF-8", ""},
          {"name = \"\xC3\"", 3, 9, 1, "not UTF-8", ""},
          {"[]", 3, 1, 2, "not a valid section name", "write [cache] or [[workers]]"},
          {"[cache] ttl = \"5m\"", 3, 9, 10, "nothing may follow a section's name on its line",
           "put it on the next line"},
          {"# x\n  headers = { a = 1, b = 2, }", 4, 13, 17, "this is no table",
           "write { name = \"value\" }"},
          {"models = [\n  \"a\",\n  b\n]", 5, 3, 1, "this is no list", "write [\"one\", \"two\"]"},
      });
}

TEST(BadConfig, DuplicateNamesTheFirstOccurrence) {
  ExpectAll(
      kWorker,
      {
          {"weight = 1\nweight = 2", 4, 1, 6, "\"weight\" stands here twice", "first on line 3"},
          {"[cache]\n[log]\n[cache]", 5, 2, 5, "[cache] stands here twice", "first on line 3"},
          {"[cache]\nttl = \"1m\"\n[cache.ttl]", 5, 2, 9, "[cache.ttl] stands here twice",
           "first on line 4"},
          {"[cache]\n[[cache]]", 4, 3, 5, "[[cache]] stands here twice", "first on line 3"},
          {"headers = { a = \"1\", \"b c\" = \"2\", \"b c\" = \"3\" }", 3, 35, 5,
           "\"b c\" stands here twice", "first on line 3"},
          {"headers = { a = \"1\" }\nheaders.b = \"2\"", 4, 9, 1, "\"b\" stands here twice",
           "first on line 3"},
          {"[[workers]]\nurl = \"http://gpu1:8000\"", 4, 7, 18,
           "two workers are called \"gpu1:8000\" (the first on line 2)", "give one of them a name"},
          {"[[workers]]\nname = \"gpu1:8000\"\nurl = \"http://b\"", 4, 8, 11,
           "two workers are called \"gpu1:8000\" (the first on line 2)",
           "give one of them another name"},
          {"[[routes]]\npath = \"/x\"\n[[routes]]\npath = \"/x\"\nmethods = [\"GET\"]", 6, 8, 4,
           "two routes match the same requests (the first on line 4)", ""},
          {"[workers]", 3, 2, 7, "[workers] stands here twice", "write [[workers]] for each"},
          {"api_key = \"a\"\napi_key_file = \"/dev/null\"", 4, 16, 11, "api_key is given too",
           "keep one of them"},
      });
}

TEST(BadConfig, ValuesOutOfRangeShowTheRange) {
  ExpectAll(kWorker, {
                         {"weight = 0", 3, 10, 1, "\"weight\" is out of range", "write 1 to 1000"},
                         {"weight = 99999999999999999999", 3, 10, 20, "\"weight\" is out of range",
                          "write 1 to 1000"},
                         {"max_in_flight = -1", 3, 17, 2, "\"max_in_flight\" is out of range",
                          "write 0 to 1000000"},
                         {"[timeouts]\nidle = \"99999h\"", 4, 8, 8, "\"idle\" is out of range",
                          "write \"1ms\" to \"24h\""},
                         {"[timeouts]\nidle = \"99999999999999h\"", 4, 8, 17,
                          "\"idle\" is out of range", "write \"1ms\" to \"24h\""},
                         {"[limits]\nheader_bytes_max = \"1B\"", 4, 20, 4,
                          "\"header_bytes_max\" is out of range", "write \"1KiB\" to \"16MiB\""},
                         {"[limits]\nbody_bytes_max = \"2MiB\"\nbuffered_bytes_max = \"1MiB\"", 4,
                          18, 6, "body_bytes_max is above buffered_bytes_max",
                          "such a body would never be accepted"},
                     });
}

TEST(BadConfig, WordsAndAddressesAreChecked) {
  ExpectAll(
      kWorker,
      {
          {"kind = \"vlm\"", 3, 8, 5, "unknown kind \"vlm\"", "did you mean \"vllm\"?"},
          {"[log]\nformat = \"xml\"", 4, 10, 5, "unknown format \"xml\"", "known: json, text"},
          {"[balance]\npolicy = \"prefix\"", 4, 10, 8, "policy = \"prefix\" is not supported yet",
           "leave it out for now"},
          {"[cache]\nsampled = \"variants\"", 4, 11, 10,
           "sampled = \"variants\" is not supported yet", "leave it out for now"},
          {"[cache]\nredis = \"http://localhost\"", 4, 9, 18,
           "a Redis url begins with redis://, rediss:// or unix:",
           "write redis = \"redis://host:6379/0\""},
          {"[cache]\nredis = \"localhost:6379\"", 4, 9, 16, "not a valid Redis url",
           "write redis = \"redis://host:6379/0\""},
          {"[cache]\nredis = \"redis://localhost/cache\"", 4, 9, 25,
           "the path of a Redis url is the database's number",
           "write redis = \"redis://host:6379/0\""},
          {"[[workers]]\nurl = \"gpu2:8000\"", 4, 7, 11, "no scheme in \"gpu2:8000\"",
           "write http://gpu2:8000"},
          {"[[workers]]\nurl = \"redis://gpu2\"", 4, 7, 14,
           "a worker's url begins with http:// or https://", "write http:// in its place"},
          {"[[workers]]\nurl = \"http://me:pw@gpu2\"", 4, 7, 19,
           "a worker's url must not contain a password",
           "use api_key, or an Authorization in headers"},
          {"[[workers]]\nurl = \"http://gpu2/?a=b\"", 4, 7, 18,
           "a worker's url has no query, except Azure's api-version",
           "leave out what follows \"?\""},
          {"[[workers]]\nurl = \"https://x/openai/deployments/d\"\nkind = \"openai\"", 4, 7, 32,
           "Azure's deployments need an api-version", "add \"?api-version=2024-10-21\""},
          {"[[workers]]\nurl = \"https://x/?api-version=1\"", 4, 7, 26, "an api-version is Azure's",
           "add kind = \"openai\""},
          {"[[workers]]\nurl = \"https://x/openai/deployments/d?api-version=1\"\nkind = \"openai\"",
           4, 7, 46, "a deployment is one model and does not tell which",
           "add models = [\"its name\"]"},
          {"[[workers]]\nname = \"gpu2\"", 3, 3, 7, "this worker has no url",
           "add url = \"http://host:port\""},
          {"[[routes]]\nmethods = [\"GET\"]", 3, 3, 6, "this route has no path",
           "add path = \"/predict\""},
          {"[[routes]]\npath = \"predict\"", 4, 8, 9, "a path begins with \"/\"", ""},
          {"[[routes]]\npath = \"/a*b\"", 4, 8, 6, "\"*\" is allowed only at the end of a path",
           ""},
          {"[[routes]]\npath = \"/a\"\nworkers = [\"gpu1:8001\"]", 5, 12, 11,
           "no worker is called \"gpu1:8001\"", "did you mean \"gpu1:8000\"?"},
          {"[[routes]]\npath = \"/a\"\nmethods = [\"get\"]", 5, 12, 5,
           "methods are written in capitals", "write \"GET\" or \"POST\""},
          {"[[routes]]\npath = \"/a\"\ncache = { key = [\"query\"] }", 5, 18, 7,
           "not a part of a request", "write \"query.NAME\", \"header.NAME\" or \"body\""},
          {"[[routes]]\npath = \"/a\"\ncache = { key = [\"body\", \"query.*\"] }", 5, 26, 9,
           "keys have no wildcards", "leave out key: then the entire target and body count"},
          {"[[routes]]\npath = \"/a\"\ncache = { key = [\"header.x-*\"] }", 5, 18, 12,
           "keys have no wildcards", "leave out key: then the entire target and body count"},
          {"[[routes]]\npath = \"/a\"\ncache = { key = [\"header.X(1)\"] }", 5, 18, 13,
           "requests have no part of this name", "write \"header.X-Name\""},
          {"[[routes]]\npath = \"/a\"\ncache = { key = [\"query.a%20b\"] }", 5, 18, 13,
           "names of arguments are compared decoded", "write the name without %XX"},
          {"[admin]\nlisten = \"0.0.0.0:8080\"", 4, 10, 14,
           "clients and operators cannot share one address", "give [admin] another listen"},
          {"[log]\naccess = \"\"", 4, 10, 2, "access has no value",
           "write access = \"off\" to turn it off"},
          {"name = \"gpu 1\"", 3, 8, 7, "a name is printable, without blanks and quotes",
           "it appears in headers, metrics and logs"},
          {"headers = { Host = \"x\" }", 3, 13, 4, "Host is set by another key", "use host_header"},
          {"headers = { \"transfer-encoding\" = \"x\" }", 3, 13, 19,
           "this header is set by the proxy itself", "leave it out"},
          {"headers = { \"a b\" = \"x\" }", 3, 13, 5, "not a valid header name", ""},
          {"headers = { a = \"x\\r\\nb: c\" }", 3, 13, 1, "a header's value is one line of text",
           ""},
          {"api_key = \"k\"\nheaders = { Authorization = \"x\" }", 4, 13, 13,
           "api_key sets Authorization too", "keep one of them"},
          {"api_key = \"${BANTO_TEST_UNSET_KEY}\"", 3, 11, 25,
           "the environment variable BANTO_TEST_UNSET_KEY is not set",
           "set it, or write $${ for a literal ${"},
          {"api_key_file = \"/no/such/file\"", 3, 16, 15,
           "cannot read /no/such/file: No such file or directory", ""},
          {"tls_ca_file = \"/\"", 3, 15, 3, "cannot read /: not a regular file", ""},
          {"[admin]\ntoken_file = \"/no/such/file\"", 4, 14, 15,
           "cannot read /no/such/file: No such file or directory", ""},
      });
}

TEST(BadConfig, AFileWithoutWorkersIsAnError) {
  ExpectAll("", {
                    {"", 0, 0, 1, "there is no worker",
                     "add [[workers]] with url = \"http://host:port\""},
                    {"workers = []", 1, 1, 7, "there is no worker",
                     "add [[workers]] with url = \"http://host:port\""},
                    {"workers = [\"http://gpu1\"]", 1, 12, 13, "each worker is a table",
                     "write [[workers]] and url = \"…\""},
                    {"[workers]\nurl = \"http://gpu1\"", 1, 2, 7,
                     "\"workers\" is a list of sections", "write [[workers]]"},
                });
}

TEST(BadConfig, EverySchemaErrorIsReportedInLineOrder) {
  const LoadResult result = LoadConfigText(
      "thread = 2\n[log]\nlevel = \"loud\"\n[[workers]]\nurl = \"gpu1\"\nweight = 0\nkind = \"x\"\n"
      "[cache]\nttl = \"5\"\n[timeouts]\nidle = 1\n",
      "b");
  std::vector<int> lines;
  for (const ConfigError& error : result.errors) lines.push_back(error.line);
  EXPECT_EQ(lines, (std::vector<int>{1, 3, 5, 6, 7, 9, 11})) << FormatErrors(result.errors);
}

// What follows it may be misparsed.
TEST(BadConfig, OnlyTheFirstSyntaxErrorIsReported) {
  ExpectAll(kWorker, {
                         {"thread = 2\nkind = vllm\nname = \"gpu1\nweight = 0", 4, 8, 4,
                          "a string needs quotes", "write kind = \"vllm\""},
                         {"models = [\n  \"a\"\nkind = vllm\n[cache", 3, 10, 1, "\"]\" is missing",
                          "end the list with ]"},
                     });
}

TEST(BadConfig, KeysAreUnderlinedHoweverTheirTableIsWritten) {
  ExpectAll(kWorker, {
                         {"[ routes . cahce ]", 3, 3, 6, "\"routes\" is a list of sections",
                          "write [[routes]]"},
                         {"[[routes]]\npath = \"/a\"\n[routes.cahce]", 5, 9, 5,
                          "unknown section [cahce]", "did you mean [cache]?"},
                         {"[[routes]]\npath = \"/a\"\ncache . kye = []", 5, 9, 3,
                          "unknown key \"kye\"", "did you mean \"key\"?"},
                         {"[[routes]]\npath = \"/a\"\ncache.ttl.x = 1", 5, 7, 3,
                          "a duration is a string", "write ttl = \"30s\""},
                         {"[[routes]]\npath = \"/a\"\n[routes.cache]\n[routes.cache.ttl]", 6, 15, 3,
                          "a duration is a string", "write ttl = \"30s\""},
                         {"models = [\n  \"a\", # one\n  'b', 5\n]", 5, 8, 1,
                          "\"models\" is a list of strings", "put this between quotes"},
                         {"a.b.c.d.e.f.g = 1", 3, 1, 1, "unknown key \"a\"",
                          "known here: url, name, kind, models, weight, max_in_flight, backup, "
                          "external, translate, ask, host_header, "
                          "api_key, api_key_file, headers, tls_verify, tls_ca_file"},
                     });
}

TEST(BadConfig, ColumnsOfLineOneDoNotCountAByteOrderMark) {
  const LoadResult result = LoadConfigText(std::string("\xEF\xBB\xBFxx = 1\r\n") + kWorker, "b");
  ASSERT_EQ(result.errors.size(), 1u);
  EXPECT_EQ(result.errors[0].column, 1);
  EXPECT_EQ(result.errors[0].source_line, "xx = 1");
}

TEST(BadConfig, AMissingFileIsNamedWithItsReason) {
  const LoadResult result = LoadConfigFile("/no/such/banto.toml");
  ASSERT_EQ(result.errors.size(), 1u);
  EXPECT_EQ(FormatErrors(result.errors),
            "/no/such/banto.toml: error: cannot read /no/such/banto.toml: No such file or "
            "directory\n1 error.\n");
}

}  // namespace
}  // namespace banto::conf
