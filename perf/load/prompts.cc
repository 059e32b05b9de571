#include "perf/load/prompts.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cmath>

#include "perf/common/answer_text.h"

namespace banto::perf {
namespace {

constexpr size_t kSpellingBits = 32;
constexpr std::string_view kFiller =
    "the clerk asks each guest what he would like and writes it down ";

std::string Path(const std::string& api) {
  if (api == "completion") return "/v1/completions";
  if (api == "messages") return "/v1/messages";
  return api == "ollama" ? "/api/chat" : "/v1/chat/completions";
}

}  // namespace

std::string RequestHead(const LoadOptions& options) {
  std::string head = "POST " + Path(options.api) +
                     " HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
                     "Authorization: Bearer perf-key-of-16-b\r\n";
  for (const std::string& header : options.headers) head += header + "\r\n";
  return head + "Content-Length: ";
}

Prompts::Prompts(const LoadOptions& options) : options_(options) {
  head_ = RequestHead(options);
  while (filler_.size() < static_cast<size_t>(options.prompt_bytes)) filler_ += kFiller;
  filler_.resize(static_cast<size_t>(options.prompt_bytes));
  // Different from earlier runs too, whose answers may still be cached.
  salt_ = options.salt;
  if (options.distinct == 0 && salt_.empty()) {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    salt_ = std::to_string(now.count()) + "-" + std::to_string(getpid()) + "-";
  }
  const auto distinct = static_cast<size_t>(options.distinct);
  const size_t spellings = std::max<size_t>(1, static_cast<size_t>(options.spellings));
  kept_.resize(distinct * spellings * (options.stream == 2 ? 2 : 1));
  for (size_t i = 0; i < kept_.size(); ++i) {
    const size_t variant = i / distinct;
    Make(i % distinct, variant % spellings > 0 || options.spellings == 0,
         options.stream == 2 ? variant >= spellings : options.stream != 0, &kept_[i]);
  }
  if (options.zipf == 0) return;
  drawn_.resize(distinct);
  double sum = 0;
  for (size_t i = 0; i < distinct; ++i)
    until_.push_back(sum += std::pow(static_cast<double>(i + 1), -options.zipf));
}

const Prompt* Prompts::Draw(std::mt19937_64* random) {
  if (asked_++ % static_cast<uint64_t>(options_.burst) == 0) {
    std::uniform_real_distribution<double> place(0, until_.back());
    const auto found = std::lower_bound(until_.begin(), until_.end(), place(*random));
    last_ = static_cast<size_t>(found - until_.begin());
    drawn_[last_] = true;
  }
  const size_t variants = kept_.size() / drawn_.size();
  return &kept_[last_ + drawn_.size() * ((*random)() % variants)];
}

const Prompt* Prompts::Next(Prompt* scratch, std::mt19937_64* random) {
  if (!until_.empty()) return Draw(random);
  const uint64_t number = asked_++;
  if (!kept_.empty()) {
    const Prompt* kept = &kept_[number % kept_.size()];
    if (options_.spellings > 0) return kept;
    *scratch = *kept;
    SpellAnew(number, scratch);
    return scratch;
  }
  Make(number, options_.spellings > 1 && number % 2 == 1, options_.stream != 0, scratch);
  return scratch;
}

void Prompts::Make(uint64_t number, bool other_spelling, bool streamed, Prompt* prompt) const {
  std::string text =
      salt_ + std::to_string(options_.seed) + "/" + std::to_string(number) + " " + filler_;
  text.resize(std::max(text.size() - filler_.size(), static_cast<size_t>(options_.prompt_bytes)));
  PromptHash hash;
  hash.Add(text);
  prompt->seed = hash.value();
  prompt->tokens = options_.tokens;
  prompt->streamed = streamed;
  const std::string body = Body(text, other_spelling, streamed);
  prompt->request = head_ + std::to_string(body.size()) + "\r\n\r\n" + body;
}

// The leading white space makes each request unique.
void Prompts::SpellAnew(uint64_t number, Prompt* prompt) const {
  char* space = prompt->request.data() + prompt->request.find("\r\n\r\n{") + 5;
  for (size_t bit = 0; bit < kSpellingBits; ++bit)
    space[bit] = (number >> bit & 1) != 0 ? '\t' : ' ';
}

std::string Prompts::Body(std::string_view text, bool other_spelling, bool streamed) const {
  const std::string quoted = '"' + std::string(text) + '"';
  std::vector<std::string> members = {"\"model\":\"" + options_.model + "\""};
  if (options_.api == "completion") {
    members.push_back("\"prompt\":" + quoted);
  } else {
    const std::string message = other_spelling ? "{\"content\":" + quoted + ",\"role\":\"user\"}"
                                               : "{\"role\":\"user\",\"content\":" + quoted + "}";
    members.push_back("\"messages\":[" + message + "]");
  }
  const std::string tokens = std::to_string(options_.tokens);
  if (options_.api == "ollama") {
    members.push_back("\"options\":{\"temperature\":0,\"num_predict\":" + tokens + "}");
    members.push_back(streamed ? "\"stream\":true" : "\"stream\":false");
  } else {
    members.push_back("\"temperature\":0");
    members.push_back("\"max_tokens\":" + tokens);
    if (streamed) members.push_back("\"stream\":true");
    if (streamed && options_.usage != 0)
      members.push_back(R"("stream_options":{"include_usage":true})");
  }
  if (other_spelling) std::reverse(members.begin(), members.end());
  std::string body = "{" + std::string(options_.spellings == 0 ? kSpellingBits : 0, ' ');
  const size_t begin = body.size();
  for (const std::string& member : members) {
    body += body.size() == begin ? "" : other_spelling ? ", " : ",";
    body += member;
  }
  return body + "}";
}

}  // namespace banto::perf
