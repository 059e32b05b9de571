#include "proxy/fetch/stream_wish.h"

#include <algorithm>
#include <string_view>

#include "proxy/api/engine_traits.h"
#include "proxy/api/packaging.h"
#include "proxy/fetch/added_member.h"
#include "proxy/json/json_scan.h"

namespace banto {
namespace {

using json::JsonKind;
using json::JsonMember;

// Engines refuse to stream them (vLLM's prompt_logprobs, TGI's best_of), or answer with what is not
// put together from pieces, or not now (a response in the background).
constexpr std::string_view kWholeOnly[] = {
    "audio",      "background",      "best_of",       "decoder_input_details",
    "modalities", "prompt_logprobs", "stream_options"};

bool MayStream(const json::JsonScan& scan) {
  const auto has = [&](std::string_view name) { return scan.Find(name) != nullptr; };
  // llama.cpp, tools/server/server-common.cpp: "logprobs is not supported with tools + stream".
  const bool refused = has("tools") && has("logprobs");
  return !refused && std::none_of(std::begin(kWholeOnly), std::end(kWholeOnly), has);
}

// Where the wish goes: in the place of "stream": false, or before the first member. No data:
// nowhere.
std::string_view SpotOf(const json::JsonScan& scan) {
  const JsonMember* const stream = scan.Find("stream");
  if (stream == nullptr) return {scan.members().front().key.data() - 1, 0};
  const bool says_no = stream->kind == JsonKind::kFalse || stream->kind == JsonKind::kNull;
  return says_no ? stream->value : std::string_view();
}

}  // namespace

bool AsksForStream(const Question& question, const upstream::Worker& worker) {
  const conf::Ask ask = worker.settings.ask;
  const bool wanted = ask == conf::Ask::kStream ||
                      (ask == conf::Ask::kAuto && api::TraitsOf(worker.kind).computes_on);
  if (!wanted || question.asked.stream || question.asked.asks_nothing) return false;
  const api::OperationInfo& operation = *question.operation;
  return operation.packager != nullptr && !operation.packager->ask_stream.empty() &&
         question.asked.expectations.operation == &operation;
}

bool StreamWish::AddTo(UpstreamCall* call, const Question& question,
                       BufferedBytes::Budget* budget) {
  if (left_out_) return false;
  const std::string_view asked = question.body();
  if (body_.empty()) {
    json::JsonScan scan;
    if (scan.ScanMembers(asked) != json::JsonStatus::kOk || scan.members().empty()) return false;
    const std::string_view spot = SpotOf(scan);
    if (spot.data() == nullptr || !MayStream(scan)) return false;
    const std::string_view wish = question.operation->packager->ask_stream;
    if (!buffered_.Resize(budget, asked.size() + wish.size())) return false;
    const auto at = static_cast<size_t>(spot.data() - asked.data());
    body_ = WithMember(asked, {at, spot.size()}, "stream", wish);
  }
  call->body = body_;
  call->rewrite = Rewrite::kAsStream;
  return true;
}

}  // namespace banto
