#include "proxy/client/refused_answer.h"

#include "proxy/api/unknown_path.h"
#include "proxy/routing/router.h"

namespace banto {

ErrorAnswer AnswerRefused(const RefusedHead& told, Refusal refusal, const std::string& request_id,
                          const Snapshot& snapshot) {
  // Of CONNECT and TRACE, which no path takes (RFC 9110 §15.5.6).
  if (refusal.status == 405) refusal.allow = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS";
  if (refusal.status == 429 || refusal.status == 503) refusal.retry_after_s = 1;
  ops::ExchangeRecord record;
  record.request_id = request_id;
  record.error = refusal.code;
  const api::Dialect& dialect = api::ErrorDialect(told.path, told.senders_dialect);
  record.id_field = dialect.id_field;
  HeadFacts facts(AnswerKind::kError, record);
  facts.cors = DecideCors(snapshot.config->cors, OriginsOf(snapshot, told.method, told.path),
                          told.origin, told.host);
  ErrorAnswer answer = MakeErrorAnswer(dialect, refusal, facts);
  answer.head.no_payload = told.method == "HEAD";
  return answer;
}

}  // namespace banto
