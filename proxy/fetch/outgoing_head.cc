#include "proxy/fetch/outgoing_head.h"

#include "proxy/api/engine_traits.h"
#include "proxy/fetch/external_head.h"
#include "proxy/http/headers.h"
#include "proxy/question/cors.h"

namespace banto {

void AppendOutgoingHead(const UpstreamCall& call, const upstream::Worker& worker,
                        const conf::Cors& cors, int number, std::string* out) {
  if (worker.external) return AppendExternalHead(call, worker, out);
  http::ForwardingFields fields;
  std::string retry_id;
  if (number > 1) retry_id = std::string(call.id) + "-a" + std::to_string(number);
  fields.prefix = worker.path.prefix;
  fields.prefix_is_v1 = worker.path.prefix_is_v1;
  fields.query = worker.path.query;
  fields.host = worker.host.empty() ? call.head->host() : std::string_view(worker.host);
  fields.client_ip = call.client_ip;
  fields.peer_ip = call.peer_ip;
  fields.peer_trusted = call.peer_trusted;
  fields.client_host = call.head->host();
  fields.request_id = number > 1 ? std::string_view(retry_id) : call.id;
  fields.authorization = worker.authorization;
  fields.own_key = worker.own_key;
  fields.needed_name = api::TraitsOf(worker.kind).needed_field.name;
  fields.needed_value = api::TraitsOf(worker.kind).needed_field.value;
  fields.identity_encoding = call.identity_asked;
  fields.body_decoded = call.body_decoded;
  // An app may check the Origin for its own sake (CSRF); an engine would only refuse what is
  // allowed here.
  fields.origin_settled = !cors.origins.empty() && !api::TraitsOf(worker.kind).is_application &&
                          Lists(cors, call.head->Find(http::FieldName::kOrigin).value_or(""));
  fields.extra = &worker.settings.headers;
  http::AppendUpstreamRequest(*call.head, fields, call.body.size(), out);
}

}  // namespace banto
