#include "conf/config_loader.h"

#include <algorithm>
#include <utility>

#include "conf/error_list.h"
#include "conf/own_addresses.h"
#include "conf/secret_file.h"
#include "conf/sections.h"
#include "conf/source_text.h"
#include "conf/toml_reader.h"
#include "conf/type_advice.h"
#include "conf/value_parser.h"
#include "conf/warnings.h"
#include "conf/worker_path.h"
#include "conf/worker_rules.h"

namespace banto::conf {
namespace {

// Enough for ten thousand workers, but not for a log file given by mistake.
constexpr size_t kConfigBytesMax = 4u << 20;

class Loader {
 public:
  Loader(const TomlValue& root, const ReadContext& context) : root_(root), context_(context) {}

  void Read(Config* config) {
    CheckTop(SectionReader("", root_, context_, {.config = config}), config);
    Section("balance", nullptr, config);
    Section("health", CheckHealth, config);
    Section("timeouts", nullptr, config);
    Section("limits", CheckLimits, config);
    Section("cache", CheckCache, config);
    Section("cors", CheckCors, config);
    Section("admin", CheckAdmin, config);
    Section("log", CheckLog, config);
    List("workers", ReadWorkers, config);
    List("models", ReadModels, config);
    List("routes", ReadRoutes, config);
    List("keys", ReadKeys, config);
    CheckWhole(*config);
  }

 private:
  void Section(std::string_view name, void (*check)(const SectionReader&, Config*),
               Config* config) {
    const TomlEntry* entry = root_.Find(name);
    if (entry == nullptr) return;
    if (entry->value.type != TomlValue::Type::kTable) {
      const std::string header = "[" + std::string(name) + "]";
      context_.errors->Add(entry->key_place, header + " is one section", "write " + header);
      return;
    }
    const SectionReader reader(name, entry->value, context_, {.config = config});
    if (check != nullptr) check(reader, config);
  }

  void List(std::string_view name, void (*read)(const TomlValue&, const ReadContext&, Config*),
            Config* config) {
    const TomlEntry* entry = root_.Find(name);
    if (entry == nullptr) return;
    if (entry->value.type == TomlValue::Type::kArray) {
      read(entry->value, context_, config);
      return;
    }
    const std::string text(name);
    context_.errors->Add(entry->key_place, "\"" + text + "\" is a list of sections",
                         "write [[" + text + "]]");
  }

  void CheckWhole(const Config& config) {
    const TomlEntry* workers = root_.Find("workers");
    const bool none = workers == nullptr || (workers->value.type == TomlValue::Type::kArray &&
                                             workers->value.items.empty());
    if (none) {
      context_.errors->Add(workers == nullptr ? Place{} : workers->key_place, "there is no worker",
                           "add [[workers]] with url = \"http://host:port\"");
    }
    CheckOwnAddresses(config, &root_, context_.errors);
  }

  const TomlValue& root_;
  const ReadContext& context_;
};

std::string FolderOf(const std::string& file_name) {
  const size_t slash = file_name.rfind('/');
  if (slash == std::string::npos) return {};
  return slash == 0 ? "/" : file_name.substr(0, slash);
}

// `root` is as in warnings.h.
LoadResult Finish(Config config, const TomlValue* root, ErrorList* errors) {
  LoadResult result;
  result.errors = errors->Take();
  if (!result.errors.empty()) return result;
  AddWarnings(config, root, errors);
  result.warnings = errors->Take();
  result.config = std::make_shared<const Config>(std::move(config));
  return result;
}

LoadResult WholeFileError(const std::string& file_name, std::string message) {
  LoadResult result;
  result.errors.emplace_back();
  result.errors.back().file = file_name;
  result.errors.back().message = std::move(message);
  return result;
}

void AddServeWorker(const std::string& text, ErrorList* errors, Config* config) {
  Worker worker;
  const bool may_quote = text.find('@') == std::string::npos;
  const std::string shown = may_quote ? " \"" + net::ShownUrl(text) + "\"" : "";
  Complaint wrong = CheckWorkerUrl(text, may_quote, &worker.url);
  if (!wrong) wrong = CheckWorkerPath(worker.url, worker.kind);
  if (wrong) {
    errors->Add({}, "worker" + shown + ": " + wrong.message, wrong.hint);
    return;
  }
  const auto is_taken = [config](const std::string& name) {
    return std::any_of(config->workers.begin(), config->workers.end(),
                       [&name](const Worker& other) { return other.name == name; });
  };
  worker.name = DefaultWorkerName(worker.url, worker.kind);
  // The same host with two schemes: only the full url distinguishes them.
  if (is_taken(worker.name)) worker.name = text;
  const auto same = [&worker](const Worker& other) {
    return other.url.scheme == worker.url.scheme &&
           DefaultWorkerName(other.url, other.kind) == DefaultWorkerName(worker.url, worker.kind);
  };
  if (std::any_of(config->workers.begin(), config->workers.end(), same)) {
    errors->Add({}, "worker" + shown + " is given twice", "leave one out");
    return;
  }
  config->workers.push_back(std::move(worker));
}

void ServeAddress(const char* option, const std::string& text, std::string* listen_text,
                  net::ListenAddress* listen, ErrorList* errors) {
  *listen_text = text;
  if (Complaint wrong = CheckListen(text, true, listen)) {
    errors->Add({}, std::string(option) + " \"" + text + "\": " + wrong.message, wrong.hint);
    *listen = {};
  }
}

void ServeTtl(const std::string& text, ErrorList* errors, Cache* cache) {
  const KeyRule& rule = *FindRule("cache", "ttl");
  int64_t ms = 0;
  const ParseProblem problem = ParseDurationMs(text, &ms);
  if (problem == ParseProblem::kNone && ms >= rule.min && ms <= rule.max) {
    cache->ttl_ms = ms;
  } else if (problem == ParseProblem::kNone || problem == ParseProblem::kTooLong) {
    errors->Add({}, "--ttl \"" + text + "\" is out of range", "write " + DescribeRange(rule));
  } else {
    errors->Add({}, "--ttl \"" + text + "\": " + QuantityProblem(rule, problem),
                "write --ttl 10m; units are ms, s, m, h or d");
  }
}

void ServeCache(const ServeOptions& options, ErrorList* errors, Cache* cache) {
  cache->enabled = !options.no_cache;
  if (options.no_cache && !(options.redis.empty() && options.ttl.empty())) {
    errors->Add({}, "--no-cache leaves nothing for --redis and --ttl", "leave one out");
  }
  if (!options.ttl.empty()) ServeTtl(options.ttl, errors, cache);
  if (options.redis.empty()) return;
  net::Url url;
  if (Complaint wrong = CheckRedisUrl(options.redis, &url)) {
    errors->Add({}, "--redis: " + wrong.message, "write --redis redis://host:6379/0");
  } else {
    cache->redis = url;
  }
}

}  // namespace

LoadResult LoadConfigText(std::string_view text, const std::string& file_name) {
  if (text.size() > kConfigBytesMax) {
    return WholeFileError(file_name, "larger than 4 MiB: not a configuration file");
  }
  const SourceText source(text, file_name);
  ErrorList errors(&source);
  Config config;
  config.file = file_name;
  const std::optional<TomlValue> root = ReadToml(source, &errors);
  if (!root) return Finish(std::move(config), nullptr, &errors);
  const ReadContext context{FolderOf(file_name), &errors};
  Loader(*root, context).Read(&config);
  return Finish(std::move(config), &*root, &errors);
}

LoadResult LoadConfigFile(const std::string& path) {
  std::string text, error;
  if (!ReadWholeFile(path, kConfigBytesMax, &text, &error)) return WholeFileError(path, error);
  return LoadConfigText(text, path);
}

LoadResult ConfigForServe(const ServeOptions& options) {
  ErrorList errors(nullptr);
  Config config;
  if (options.urls.empty()) {
    errors.Add({}, "there is no worker", "write banto serve http://host:port");
  }
  for (const std::string& url : options.urls) AddServeWorker(url, &errors, &config);
  if (!options.listen.empty()) {
    ServeAddress("--listen", options.listen, &config.listen_text, &config.listen, &errors);
  }
  config.admin.enabled = options.admin_listen != "";
  if (!config.admin.enabled) {
    config.admin.listen_text.clear();
  } else if (options.admin_listen) {
    ServeAddress("--admin", *options.admin_listen, &config.admin.listen_text, &config.admin.listen,
                 &errors);
  }
  ServeCache(options, &errors, &config.cache);
  const KeyRule& threads = *FindRule("", "threads");
  if (options.threads < threads.min || options.threads > threads.max) {
    errors.Add({}, "--threads is out of range", "write 0 to " + std::to_string(threads.max));
  }
  config.threads = options.threads;
  config.log.format = options.log_format.value_or(Log::Format::kJson);
  CheckOwnAddresses(config, nullptr, &errors);
  return Finish(std::move(config), nullptr, &errors);
}

}  // namespace banto::conf
