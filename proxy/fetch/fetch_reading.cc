// How a Fetch settles what an answer is: by its head, by its first bytes, and below its content
// coding. answer_reading.h has the rules.
#include "proxy/api/stream_error.h"
#include "proxy/api/worker_words.h"
#include "proxy/fetch/fetch.h"
#include "proxy/http/field_block.h"
#include "proxy/http/media_type.h"
#include "proxy/json/utf8.h"

namespace banto {
namespace {

// No engine explains itself at greater length; what is longer is passed on as it comes.
constexpr size_t kCollectedBytesMax = 1u << 20;

void Replace(std::string* fields, std::string_view name, std::string_view value) {
  RemoveField(fields, name);
  fields->append(name).append(": ").append(value).append("\r\n");
}

// What spoke of the coded bytes; nginx's gunzip filter does the same.
void DropCodedFields(std::string* fields) {
  for (const std::string_view name : {"Content-Encoding", "Content-MD5", "Digest", "Content-Digest",
                                      "Repr-Digest", "Accept-Ranges"}) {
    RemoveField(fields, name);
  }
  const std::string etag(FieldOf(*fields, "ETag"));
  if (etag.starts_with('"')) Replace(fields, "ETag", "W/" + etag);
}

// Clients go by the Content-Type.
void MendType(ReadAs as, std::string* fields) {
  const std::string declared(FieldOf(*fields, "Content-Type"));
  const std::string_view right = RightType(as, declared);
  if (right != declared) Replace(fields, "Content-Type", right);
}

// A worker that says how its stream is to be buffered is not contradicted.
bool MayMarkLive(const http::ResponseHead& head) {
  return !head.Has(http::FieldName::kXAccelBuffering);
}

AnswerFacts FactsOf(const Question& question, const UpstreamCall& call,
                    const http::ResponseHead& head) {
  return {question.operation, call.head, &head, question.asked.stream, call.identity_asked};
}

}  // namespace

void Fetch::ChooseRelay(http::BodyBegin begin) {
  relay_ = ReadAs::kOpaque;
  const Reading reading = ChooseReading(FactsOf(*question_, call_, *answer_head_), begin);
  if (reading.decode) {
    coded_ = std::make_unique<CodedAnswer>(context_->loop, http::ReadContentCoding(*answer_head_),
                                           [this] { Decode(); });
    relay_ = ReadAs::kCoded;
    head_.length = -1;
    DropCodedFields(&head_.fields);
  }
  Settle(reading.as);
}

// What is read is what comes out of the decoder, where there is one.
void Fetch::SetRelay(ReadAs as) { (relay_ == ReadAs::kCoded ? coded_->as : relay_) = as; }

void Fetch::Settle(ReadAs as) {
  switch (as) {
    case ReadAs::kFirstBytes:
    case ReadAs::kError:
    case ReadAs::kLabelled:
    case ReadAs::kCoded:
      return SetRelay(as);
    case ReadAs::kPage:
      return FailHere(FailureKind::kProtocol, "answered with an HTML page");
    case ReadAs::kSse:
    case ReadAs::kNdjson:
      return ReadFrames(as);
    case ReadAs::kOpaque:
    case ReadAs::kObject:
      break;
  }
  SetRelay(as);
  const auto type = answer_head_->Find(http::FieldName::kContentType);
  head_.live = IsLive(http::ReadMediaType(type.value_or(""))) && MayMarkLive(*answer_head_);
  if (as == ReadAs::kObject) MendType(as, &head_.fields);
  if (keeper_) answer_ = std::make_unique<api::AnswerReader>(question_->asked.expectations);
  BeginKeeping(false);
}

void Fetch::ReadFrames(ReadAs as) {
  const auto framing =
      as == ReadAs::kSse ? http::StreamFraming::kSse : http::StreamFraming::kNdjson;
  SetRelay(as);
  answer_ = std::make_unique<api::AnswerReader>(question_->asked.expectations);
  splitter_.emplace(framing, question_->config().limits.event_bytes_max);
  head_.stream = framing == question_->operation->framing;
  head_.live = MayMarkLive(*answer_head_);
  head_.length = -1;
  MendType(as, &head_.fields);
  BeginKeeping(true);
}

void Fetch::BeginKeeping(bool stream) {
  if (!keeper_) return;
  keeper_->Begin(*answer_head_, stream, FieldOf(head_.fields, "Content-Type"),
                 attempt_->AgeUs() / 1000);
}

void Fetch::RelayFirst(std::span<const std::string_view> pieces, bool end) {
  const bool fresh = held_.empty() && !pieces.empty();
  FirstBytes first = LookAtFirst(fresh ? pieces.front() : std::string_view(held_));
  if (!fresh || first == FirstBytes::kOpen) {
    for (std::string_view piece : pieces) held_.append(piece);
    first = LookAtFirst(held_);
    if (first == FirstBytes::kOpen && !end) return;
  }
  const int attempt = attempts_;
  Settle(ChooseByFirst(FactsOf(*question_, call_, *answer_head_), first));
  if (attempts_ != attempt || step_ != Step::kAwait) return;
  const ReadAs relay = relay_ == ReadAs::kCoded ? coded_->as : relay_;
  if (held_.empty()) return RelayAs(relay, pieces, end);
  const std::string held = std::move(held_);
  held_.clear();
  const std::string_view piece = held;
  RelayAs(relay, {&piece, 1}, end);
}

// True: all that came so far is in held_. What is too long for that is passed on from here.
bool Fetch::CollectAll(std::span<const std::string_view> pieces, bool end) {
  for (std::string_view piece : pieces) held_.append(piece);
  if (!CountUnfinished()) return false;
  if (held_.size() <= kCollectedBytesMax) return true;
  SetRelay(ReadAs::kOpaque);
  const std::string held = std::move(held_);
  held_.clear();
  const std::string_view piece = held;
  RelayOpaque({&piece, 1}, end);
  return false;
}

void Fetch::RelayObject(std::span<const std::string_view> pieces, bool end) {
  if (!CollectAll(pieces, end) || !end) return;
  const std::string held = std::move(held_);
  held_.clear();
  const std::string_view body = held, said = json::WithoutMark(body);
  // Engines that accept first and refuse later do so behind a 200.
  if (api::SaysError(said)) return StreamFailed({said, said, {}}, api::ErrorStatus(said));
  RelayOpaque({&body, 1}, true);
}

void Fetch::RelayLabelled(std::span<const std::string_view> pieces, bool end) {
  for (std::string_view piece : pieces) held_.append(piece);
  const auto coding = http::ReadContentCoding(*answer_head_);
  const http::BodyBegin begin = http::LookAtCoded(coding, held_, end);
  if (begin == http::BodyBegin::kOpen) return;
  if (begin == http::BodyBegin::kPlain) RemoveField(&head_.fields, "Content-Encoding");
  const std::string held = std::move(held_);
  held_.clear();
  const int attempt = attempts_;
  ChooseRelay(begin);
  if (attempts_ != attempt || step_ != Step::kAwait) return;
  const std::string_view piece = held;
  RelayAs(relay_, {&piece, held.empty() ? size_t{0} : size_t{1}}, end);
}

void Fetch::FailHere(FailureKind kind, std::string_view what) {
  Failure failure;
  failure.kind = kind;
  failure.sent = true;
  failure.message = attempt_->worker()->name();
  failure.message.append(": ").append(what);
  OnAttemptFailed(failure);
}

}  // namespace banto
