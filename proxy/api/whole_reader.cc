#include "proxy/api/whole_reader.h"

#include "proxy/api/ollama_line.h"
#include "proxy/api/openai_object.h"
#include "proxy/api/usage_reader.h"

namespace banto::api {

Completeness CheckOpenAiWhole(const RequestExpectations& expectations, std::string_view body,
                              FrameVerdict* spans, Usage* usage) {
  ChoiceTable choices(expectations.choices);
  const OpenAiObject answer = ReadOpenAiObject(body, &choices);
  if (answer.is_error) return Completeness::kUpstreamError;
  if (!answer.is_json || !answer.utf8_ok || !answer.has_choices) return Completeness::kMalformed;
  ReadUsage(answer.usage, usage);
  if (spans != nullptr) LocateIdentity(answer, body, spans);
  if (answer.no_choices) return Completeness::kEmptyAnswer;
  if (choices.elements() != choices.expected()) return Completeness::kMalformed;
  const Completeness verdict = choices.Judge(expectations.limit_set);
  if (verdict == Completeness::kMalformed || choices.all_finished()) return verdict;
  return Completeness::kFinishReasonError;  // a whole answer with a null or empty reason
}

Completeness CheckOllamaWhole(bool limit_set, std::string_view body, Usage* usage) {
  const OllamaLine answer = ReadOllamaLine(body);
  if (answer.is_error) return Completeness::kUpstreamError;
  if (!answer.is_json || !answer.utf8_ok) return Completeness::kMalformed;
  ReadUsage(body, usage);
  return JudgeOllama(answer, answer.generated, limit_set);
}

Completeness CheckOtherWhole(std::string_view body, Usage* usage) {
  ChoiceTable none(1);
  const OpenAiObject answer = ReadOpenAiObject(body, &none);
  if (answer.is_error) return Completeness::kUpstreamError;
  ReadUsage(answer.usage, usage);
  return Completeness::kNotCacheable;
}

}  // namespace banto::api
