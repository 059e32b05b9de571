#include "proxy/question/caller.h"

#include "proxy/base/hash_text.h"

namespace banto {

uint64_t HashCaller(const Question& question, uint64_t seed) {
  if (question.key != nullptr) seed = base::HashText(question.key->name, seed);
  for (const auto field :
       {http::FieldName::kAuthorization, http::FieldName::kXApiKey, http::FieldName::kApiKey})
    seed = base::HashText(question.head().Find(field).value_or(""), seed);
  return base::HashText(question.head().Find("X-Goog-Api-Key").value_or(""), seed);
}

uint64_t DrawOf(const Question& question) {
  const uint64_t nobody =
      base::HashText("", base::HashText("", base::HashText("", base::HashText("", 0))));
  const uint64_t caller = HashCaller(question, 0);
  return caller == nobody ? base::HashText(question.request->client_ip, 0) : caller;
}

}  // namespace banto
