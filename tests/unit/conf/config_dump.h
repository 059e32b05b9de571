// Every field of a Config as text, to compare two of them and show the difference.
#ifndef BANTO_TESTS_UNIT_CONF_CONFIG_DUMP_H_
#define BANTO_TESTS_UNIT_CONF_CONFIG_DUMP_H_

#include <sstream>
#include <string>

#include "conf/config.h"
#include "proxy/api/engine_traits.h"

namespace banto::conf {

inline std::string DumpWorker(const Worker& w) {
  std::ostringstream out;
  out << "worker " << w.name << ' ' << w.url.scheme << ' ' << w.url.Authority() << w.url.path << ' '
      << api::TraitsOf(w.kind).name << " weight=" << w.weight
      << " max_in_flight=" << w.max_in_flight << " backup=" << w.backup
      << " host_header=" << w.host_header << " api_key=" << w.api_key
      << " tls_verify=" << w.tls_verify << " tls_ca_file=" << w.tls_ca_file << " models=";
  for (const auto& model : w.models) out << model << ',';
  out << " headers=";
  for (const auto& [name, value] : w.headers) out << name << ':' << value << ',';
  if (w.external) out << " external=" << *w.external;
  return out.str() + "\n";
}

inline std::string DumpRoute(const Route& r) {
  std::ostringstream out;
  out << "route " << r.path << " retry_unsafe=" << r.retry_unsafe << " cache=" << r.cache.enabled
      << " ttl=" << r.cache.ttl_ms << " key=";
  for (const auto& part : r.cache.key) out << part << ',';
  out << " methods=";
  for (const auto& method : r.methods) out << method << ',';
  out << " workers=";
  for (const auto& worker : r.workers) out << worker << ',';
  return out.str() + "\n";
}

// All sections except [[workers]] and [[routes]].
inline std::string DumpSettings(const Config& c) {
  std::ostringstream out;
  out << "listen=" << c.listen_text << ' ' << c.listen.ip << ' ' << c.listen.port << ' '
      << c.listen.unix_path << "\nthreads=" << c.threads << "\nbalance "
      << static_cast<int>(c.balance.policy) << ' ' << c.balance.queue_length_max << ' '
      << c.balance.queue_timeout_ms << ' ' << c.balance.retries << "\nhealth " << c.health.path
      << ' ' << c.health.interval_ms << ' ' << c.health.timeout_ms << ' ' << c.health.rise << ' '
      << c.health.fall << "\ntimeouts " << c.timeouts.client_header_ms << ' '
      << c.timeouts.client_body_ms << ' ' << c.timeouts.client_body_total_ms << ' '
      << c.timeouts.client_idle_ms << ' ' << c.timeouts.connect_ms << ' '
      << c.timeouts.first_byte_ms << ' ' << c.timeouts.idle_ms << ' ' << c.timeouts.commit_after_ms
      << ' ' << c.timeouts.first_token_ms << ' ' << c.timeouts.keep_alive_ms << ' '
      << c.timeouts.total_ms << ' ' << c.timeouts.shutdown_ms << "\nlimits "
      << c.limits.header_bytes_max << ' ' << c.limits.headers_max << ' ' << c.limits.body_bytes_max
      << ' ' << c.limits.buffered_bytes_max << ' ' << c.limits.connections_max << "\ncache "
      << c.cache.enabled << ' ' << c.cache.ttl_ms << ' ' << c.cache.memory_bytes << ' '
      << (c.cache.redis ? c.cache.redis->Authority() + c.cache.redis->path : "-") << ' '
      << (c.cache.redis ? c.cache.redis->password : "-") << ' ' << c.cache.redis_timeout_ms << ' '
      << c.cache.entry_bytes_max << ' ' << static_cast<int>(c.cache.scope) << ' ' << c.cache.sampled
      << ' ' << c.cache.keep_pace << ' ' << c.cache.harmless_headers.size() << ' '
      << c.cache.bypass_fields.size() << "\nadmin " << c.admin.enabled << ' ' << c.admin.listen_text
      << ' ' << c.admin.listen.ip << ' ' << c.admin.listen.port << ' ' << c.admin.token << "\nlog "
      << static_cast<int>(c.log.level) << ' ' << static_cast<int>(c.log.format) << ' '
      << c.log.access << c.log.prefixes << "\ncors";
  for (const auto& origin : c.cors.origins) out << ' ' << origin;
  return out.str() + '\n';
}

}  // namespace banto::conf

#endif  // BANTO_TESTS_UNIT_CONF_CONFIG_DUMP_H_
