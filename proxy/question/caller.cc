#include "proxy/question/caller.h"

#include "proxy/question/prompt_blocks.h"

namespace banto {

uint64_t HashCaller(const Question& question, uint64_t seed) {
  if (question.key != nullptr) seed = HashText(question.key->name, seed);
  for (const auto field :
       {http::FieldName::kAuthorization, http::FieldName::kXApiKey, http::FieldName::kApiKey})
    seed = HashText(question.head().Find(field).value_or(""), seed);
  return seed;
}

uint64_t DrawOf(const Question& question) {
  const uint64_t nobody = HashText("", HashText("", HashText("", 0)));
  const uint64_t caller = HashCaller(question, 0);
  return caller == nobody ? HashText(question.request->client_ip, 0) : caller;
}

}  // namespace banto
