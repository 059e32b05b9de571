// An answer that the client gets in other words, or in another packaging, than the worker gave it:
// what is read of it is counted, what is made of it is recorded. Owned by a Relay, which passes it
// on; loop thread only.
#ifndef BANTO_PROXY_FETCH_TRANSLATED_ANSWER_H_
#define BANTO_PROXY_FETCH_TRANSLATED_ANSWER_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "proxy/api/answer_reader.h"
#include "proxy/fetch/answer_translator.h"
#include "proxy/fetch/fetch_reader.h"
#include "proxy/fetch/relay_parts.h"
#include "proxy/fetch/upstream_call.h"

namespace banto {

class TranslatedAnswer {
 public:
  // `call` is what was sent; it must outlive this.
  TranslatedAnswer(const RelayParts& parts, const UpstreamCall* call,
                   std::unique_ptr<AnswerTranslator> translator)
      : parts_(parts), call_(call), translator_(std::move(translator)) {}

  // Whether the worker's answer may be a stream.
  bool reads_streams() const { return translator_->reads_streams(); }
  // Whether the client gets a stream.
  bool streams() const { return translator_->streams(); }
  int64_t next_sequence() const { return translator_->next_sequence(); }
  // What was made and not yet passed on.
  api::FrameOutput& output() { return translator_->output(); }

  // The worker begins to answer with `head`; `framed`: in a stream. Adapts the head for the reader.
  void Begin(bool framed, const http::ResponseHead& head, FetchHead* told);
  // The worker's answer is a whole: output() is then the client's, and the head fits it. False: it
  // is not what its API promises.
  bool OnWhole(std::string_view body, const http::ResponseHead& head, FetchHead* told);
  // Why an answer is too much to be translated.
  struct Excess {
    FailureKind kind;
    std::string what;
  };
  // One of `bytes` in all.
  std::optional<Excess> ExcessOf(uint64_t bytes) const;
  // A stream of which a frame of `bytes` follows.
  std::optional<Excess> Count(size_t bytes);
  void OnFrame(const http::Frame& frame);
  // The worker has said all. False: that cannot be told in the client's packaging.
  bool End(api::Completeness completeness);
  // A whole that is made of something incomplete does not show it: it is not stored.
  void KeepNothing(api::Completeness why);

 private:
  void Record(size_t from);

  const RelayParts parts_;
  const UpstreamCall* const call_;
  const std::unique_ptr<AnswerTranslator> translator_;
  uint64_t bytes_read_ = 0;  // of a stream
  BufferedBytes counted_;    // a whole that is made of it
};

}  // namespace banto

#endif  // BANTO_PROXY_FETCH_TRANSLATED_ANSWER_H_
