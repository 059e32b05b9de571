#include "perf/load/trace_player.h"

#include "perf/common/answer_text.h"

namespace banto::perf {
namespace {

constexpr int64_t kBytesPerToken = 4;
constexpr size_t kPieceBytes = TracedRequest::kPieceTokens * kBytesPerToken;

Clock::duration Ms(double ms) {
  return std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double, std::milli>(ms));
}

double InMs(Clock::duration duration) {
  return std::chrono::duration<double, std::milli>(duration).count();
}

std::string TextOf(const TracedRequest& request) {
  std::string text;
  const auto size = static_cast<size_t>(request.prompt_tokens * kBytesPerToken);
  for (const uint64_t piece : request.pieces) {
    const size_t end = text.size() + kPieceBytes;
    AppendTokens(piece, 0, kPieceBytes / kTokenBytes + 1, &text);
    text.resize(end);
  }
  text.resize(size);
  return text;
}

}  // namespace

std::string TracedBody(const TracedRequest& request, const std::string& model, Prompt* prompt) {
  const std::string text = TextOf(request);
  std::string body = R"({"model":")" + model + R"(","messages":[)";
  PromptHash hash;
  std::vector<int64_t> messages = request.messages;
  if (messages.empty()) messages.push_back(request.prompt_tokens);
  size_t at = 0;
  for (size_t i = 0; i < messages.size(); ++i) {
    const auto size = static_cast<size_t>(messages[i] * kBytesPerToken);
    const std::string_view content = std::string_view(text).substr(at, size);
    hash.Add(content);
    body += i == 0 ? "" : ",";
    body += i % 2 == 0 ? R"({"role":"user","content":")" : R"({"role":"assistant","content":")";
    body += content;
    body += "\"}";
    at += content.size();
  }
  body += R"(],"temperature":0,"max_tokens":)" + std::to_string(request.output_tokens) +
          R"(,"stream":true,"stream_options":{"include_usage":true}})";
  prompt->seed = hash.value();
  prompt->tokens = request.output_tokens;
  prompt->streamed = true;
  return body;
}

TracePlayer::TracePlayer(const Trace& trace, const LoadOptions& options)
    : trace_(trace),
      speed_(options.speed),
      head_(RequestHead(options)),
      model_(options.model),
      next_of_session_(FollowersOf(trace)),
      due_(trace.size()) {
  if (options.rows.empty()) return;
  rows_ = std::fopen(options.rows.c_str(), "w");
  if (rows_ != nullptr)
    std::fputs("number,due_ms,late_ms,first_token_ms,whole_ms,tokens,ok\n", rows_);
}

TracePlayer::~TracePlayer() {
  if (rows_ != nullptr) std::fclose(rows_);
}

void TracePlayer::Start(Campaign* campaign) {
  campaign_ = campaign;
  begun_ = Clock::now();
  std::vector<bool> follows(trace_.size());
  for (const size_t next : next_of_session_) follows[next] = next != 0;
  for (size_t i = 0; i < trace_.size(); ++i) {
    if (!follows[i]) Schedule(i, begun_ + Ms(trace_[i].at_ms / speed_));
  }
}

void TracePlayer::Schedule(size_t number, Clock::time_point when) {
  campaign_->poller.At(when, [this, number, when] { Send(number, when); });
}

void TracePlayer::Send(size_t number, Clock::time_point due) {
  due_[number] = due;
  if (idle_.empty()) {
    clients_.push_back(std::make_unique<Client>(*campaign_));
    idle_.push_back(clients_.back().get());
  }
  Client* const client = idle_.back();
  idle_.pop_back();
  sending_ = number;
  client->AskAt(due);
}

const Prompt* TracePlayer::Next(Prompt* scratch, std::mt19937_64*) {
  const std::string body = TracedBody(trace_[sending_], model_, scratch);
  scratch->number = sending_;
  scratch->request = head_ + std::to_string(body.size()) + "\r\n\r\n" + body;
  return scratch;
}

void TracePlayer::OnDone(Client* client, Outcome outcome) {
  WriteRow(*client, outcome);
  idle_.push_back(client);
  if (const size_t next = next_of_session_[client->prompt().number]; next != 0) {
    Schedule(next, Clock::now() + Ms(trace_[next].think_ms / speed_));
  }
}

void TracePlayer::WriteRow(const Client& client, Outcome outcome) {
  if (rows_ == nullptr) return;
  const size_t number = client.prompt().number;
  const bool any = client.tokens() > 0;
  std::fprintf(rows_, "%zu,%.3f,%.3f,%.3f,%.3f,%lld,%d\n", number, InMs(due_[number] - begun_),
               InMs(client.asked_at() - due_[number]),
               any ? InMs(client.first_token_at() - client.asked_at()) : -1,
               InMs(Clock::now() - client.asked_at()), static_cast<long long>(client.tokens()),
               outcome == Outcome::kOk ? 1 : 0);
}

void TracePlayer::GiveUpAfter(Clock::duration limit) {
  for (size_t i = 0; i < clients_.size(); ++i) clients_[i]->GiveUpAfter(limit);
}

}  // namespace banto::perf
