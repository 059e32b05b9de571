// How one question is put to workers that do not speak its API: it is read once into the neutral
// form (api/codec.h) and written for each API that is asked. Owned by its Fetch, made when the
// first such worker is picked; loop thread only.
#ifndef BANTO_PROXY_FETCH_TRANSLATION_H_
#define BANTO_PROXY_FETCH_TRANSLATION_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "proxy/api/codec.h"
#include "proxy/api/hub.h"
#include "proxy/fetch/answer_translator.h"
#include "proxy/fetch/thread_context.h"
#include "proxy/fetch/upstream_call.h"
#include "proxy/fetch/usage_wish.h"
#include "proxy/ops/fetch_outcome.h"
#include "proxy/question/question.h"

namespace banto {

// What the question needs of a worker at this path. A model's name too long to be remembered counts
// as unknown.
upstream::Wanted WantedAt(std::string_view path, const Question& question);

// In which language a worker is asked.
enum class Way : uint8_t {
  kNative,      // as the client wrote it
  kTranslated,  // in the API of its kind
  kNone,        // it would understand neither
};
// By its kind, its settings, and the paths that it has reported not to serve.
Way WayTo(const Question& question, const upstream::Worker& worker, int64_t now_ms);

class Translation {
 public:
  // `question` must outlive it.
  Translation(ThreadContext* context, const Question& question);

  // Rewrites the call for this worker. Otherwise why that would change what is asked.
  api::CannotCarry Fit(const upstream::Worker& worker, const UsageWish& usage, UpstreamCall* call);
  // The worker has refused the last call because its model cannot think. True: it is to be asked
  // again without that wish, which is named as dropped.
  bool LeavesOutThinking(int status, std::string_view body);
  // For the answer to the call that was fitted last.
  std::unique_ptr<AnswerTranslator> ForAnswer() const;

  // A count of tokens without a tokenizer (api/token_estimate.h). nullopt: it cannot be read.
  std::optional<std::string> Estimate() const;
  // Beside a refusal: the client's API's own code for it, or nullptr.
  const char* refusal_code() const { return unreadable_ ? request_.refusal_code : nullptr; }

  // Of the call that was fitted last.
  const std::shared_ptr<const ops::TranslationRecord>& record() const { return record_; }

 private:
  void SetHead(std::string_view path);

  ThreadContext* const context_;
  const Question& question_;
  api::NeutralRequest request_;
  api::CannotCarry unreadable_;
  std::string model_, id_;
  api::AnswerContext answer_;
  const api::Codec* target_ = nullptr;
  http::RequestHead head_;
  std::string body_;
  BufferedBytes buffered_;
  std::shared_ptr<const ops::TranslationRecord> record_;
};

}  // namespace banto

#endif  // BANTO_PROXY_FETCH_TRANSLATION_H_
