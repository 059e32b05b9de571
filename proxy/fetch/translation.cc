#include "proxy/fetch/translation.h"

#include <algorithm>

#include "proxy/api/dialect.h"
#include "proxy/api/token_estimate.h"
#include "proxy/base/ascii.h"
#include "proxy/fetch/codec_translator.h"
#include "proxy/http/parser.h"
#include "proxy/http/short_text.h"
#include "proxy/json/json_scan.h"
#include "proxy/json/utf8.h"

namespace banto {
namespace {

bool Lacks(const Question& question, const upstream::Worker& worker, std::string_view path,
           int64_t now_ms) {
  upstream::NotServed& lacking = worker.state->not_served();
  return lacking.Any() && lacking.Covers(WantedAt(path, question), now_ms);
}

// Where the question could be asked in the worker's own API.
api::HubTarget TargetFor(const Question& question, const upstream::Worker& worker,
                         api::Operation meaning) {
  // A load or unload of a model has no other words, and what could not be read none at all.
  const bool readable =
      !question.asked.asks_nothing && question.asked.expectations.operation == question.operation;
  if (!readable || worker.settings.translate == conf::Translate::kNever) return {};
  const api::HubTarget target = api::FindHubTarget(meaning, worker.engines);
  return target && target.operation->codec != nullptr ? target : api::HubTarget{};
}

// Fields that speak of the client's API, or of its body.
bool IsLeftOut(const http::Field& field) {
  using http::FieldName;
  if (field.id == FieldName::kContentType || field.id == FieldName::kContentLength ||
      field.id == FieldName::kTransferEncoding || field.id == FieldName::kContentEncoding ||
      field.id == FieldName::kExpect || field.id == FieldName::kHost)
    return true;
  const std::string name = base::Lowered(field.name);
  return name == "x-api-key" || name == "accept" || name == "range" || name == "if-range" ||
         name.starts_with("anthropic-") || name.starts_with("openai-");
}

// Clients choose what their members are called.
std::string Listed(const std::vector<std::string>& names, const std::vector<std::string>& more) {
  constexpr size_t kBytesMax = 1024;  // for a field and a log line
  std::string list;
  for (const auto* some : {&names, &more}) {
    for (const std::string& its : *some) {
      const std::string name = http::Shortened(its);
      if (list.size() + name.size() > kBytesMax) return list + ", ...";
      list += (list.empty() ? "" : ", ") + name;
    }
  }
  return list;
}

// Why the members of a body cannot be told apart, or written into another (codec.h); servers that
// get it as it is decide for themselves.
api::CannotCarry Unreadable(std::string_view body) {
  json::JsonScan scan;
  switch (scan.ScanMembers(body)) {
    case json::JsonStatus::kDuplicateKey:
      return "An object in the request has two members of the same name.";
    case json::JsonStatus::kBadUtf8:
      return "A text in the request is not UTF-8, or has half of a surrogate pair.";
    default:
      return std::nullopt;  // the codec says the rest
  }
}

api::CannotCarry Read(const api::Codec& codec, std::string_view body,
                      api::NeutralRequest* request) {
  if (api::CannotCarry why = Unreadable(body)) return why;
  return codec.read_request(body, request);
}

std::string NewId(std::mt19937_64* random) {
  constexpr std::string_view kDigits = "0123456789abcdefghijklmnopqrstuv";
  std::string id;
  for (int i = 0; i < 2; ++i) {
    uint64_t bits = (*random)();
    for (int digit = 0; digit < 12; ++digit, bits >>= 5) id += kDigits[bits & 31];
  }
  return id;
}

}  // namespace

upstream::Wanted WantedAt(std::string_view path, const Question& question) {
  const bool whole = question.target.model.size() < http::kNameBytesMax;
  return {path, whole ? question.target.model : std::string_view()};
}

Way WayTo(const Question& question, const upstream::Worker& worker, int64_t now_ms) {
  const api::OperationInfo& asked = *question.operation;
  const bool spoken = asked.codec == nullptr || (asked.engines & worker.engines) != 0;
  const bool always = worker.settings.translate == conf::Translate::kAlways;
  if (spoken && !always && !worker.state->not_served().Any()) return Way::kNative;
  const bool native = spoken && !Lacks(question, worker, question.head().path(), now_ms);
  if (asked.codec == nullptr || (native && !always)) return native ? Way::kNative : Way::kNone;
  const api::HubTarget target = TargetFor(question, worker, asked.operation);
  const bool other = target && target.operation->codec != asked.codec;
  if (other && (always || !Lacks(question, worker, target.path, now_ms))) return Way::kTranslated;
  return native ? Way::kNative : Way::kNone;
}

Translation::Translation(ThreadContext* context, const Question& question)
    : context_(context),
      question_(question),
      unreadable_(Read(*question.operation->codec, json::WithoutMark(question.body()), &request_)),
      model_(api::Plain(request_.model)),
      id_(NewId(&context->random)) {
  if (model_.empty()) model_ = question.target.model;
  // They switch on what the body alone does not say.
  for (const char* const name : {"anthropic-beta", "openai-beta"}) {
    const auto value = question.head().Find(name);
    if (value && !value->empty()) api::AddDropped(name, &request_.dropped);
  }
  answer_ = {&request_, json::WithoutMark(question.body()), model_, id_,
             context->loop->WallSeconds()};
}

api::CannotCarry Translation::Fit(const upstream::Worker& worker, const UsageWish& usage,
                                  UpstreamCall* call) {
  if (unreadable_) return unreadable_;
  const api::OperationInfo& asked = *question_.operation;
  const api::HubTarget target = TargetFor(question_, worker, api::MeaningOf(asked, request_));
  if (!target) return "its engine has no API for it";
  const bool asks_usage = usage.MayAsk(worker, target.path, context_->loop->NowMs());
  api::WrittenRequest written = target.operation->codec->write_request(
      request_, {worker.engines, question_.target.model, asks_usage});
  if (written.refused) return written.refused;
  if (!buffered_.Resize(context_->buffered, written.body.size()))
    return "limits.buffered_bytes_max is reached";
  body_ = std::move(written.body);
  SetHead(target.path);
  target_ = target.operation->codec;
  record_ = std::make_shared<ops::TranslationRecord>(ops::TranslationRecord{
      std::string(asked.dialect->name) + ">" + std::string(target.operation->dialect->name),
      Listed(request_.dropped, written.dropped)});
  call->head = &head_;
  call->body = body_;
  call->operation = target.operation;
  call->expectations.operation = target.operation;
  call->expectations.usage_requested = false;
  call->body_decoded = false;
  call->identity_asked = true;
  call->rewrite = Rewrite::kOtherApi;
  return std::nullopt;
}

// '"m" does not support thinking' (Ollama's server/routes.go): clients ask whatever model it is.
bool Translation::LeavesOutThinking(int status, std::string_view body) {
  constexpr int kStatusBadRequest = 400;
  if (status != kStatusBadRequest || request_.reasoning.kind != api::ReasoningWish::Kind::kOn ||
      body.find("does not support thinking") == body.npos)
    return false;
  request_.reasoning = {};
  api::AddDropped("reasoning", &request_.dropped);
  return true;
}

// The head that a client of the worker's API would have sent.
void Translation::SetHead(std::string_view path) {
  const http::RequestHead& asked = question_.head();
  std::string text = "POST ";
  text.append(path).append(asked.minor_version() == 0 ? " HTTP/1.0\r\n" : " HTTP/1.1\r\n");
  if (!asked.host().empty()) text.append("Host: ").append(asked.host()).append("\r\n");
  std::string_view key;
  for (const http::FieldEntry& entry : asked.entries()) {
    const http::Field field = asked.FieldOf(entry);
    if (http::EqualsNoCase(field.name, "x-api-key")) key = field.value;
    if (!IsLeftOut(field)) text.append(field.name).append(": ").append(field.value).append("\r\n");
  }
  if (!key.empty() && !asked.Has(http::FieldName::kAuthorization))
    text.append("Authorization: Bearer ").append(key).append("\r\n");
  text.append("Content-Type: application/json\r\nContent-Length: ");
  text.append(std::to_string(body_.size())).append("\r\n\r\n");
  const http::HeadLimits limits = {text.size() * 2 + 64, asked.entries().size() + 8};
  http::ParseRequestHead(text, 0, limits, &head_);
}

std::optional<std::string> Translation::Estimate() const {
  if (unreadable_) return std::nullopt;
  api::NeutralAnswer answer;
  answer.usage.input = api::EstimateTokens(request_);
  return question_.operation->codec->write_whole(answer_, answer);
}

std::unique_ptr<AnswerTranslator> Translation::ForAnswer() const {
  return std::make_unique<CodecTranslator>(*target_, *question_.operation->codec, answer_);
}

}  // namespace banto
