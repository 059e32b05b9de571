#include "proxy/api/openai/openai.h"

#include <algorithm>

#include "proxy/api/embedding_rows.h"
#include "proxy/api/keep_alive.h"
#include "proxy/api/openai/openai_object.h"
#include "proxy/api/openai/request_members.h"
#include "proxy/api/openai_error.h"
#include "proxy/api/request_values.h"
#include "proxy/api/usage_reader.h"

namespace banto::api::openai {
namespace {

using json::IntegerOr;
using json::JsonField;

constexpr int kStatusNotFound = 404;

// Where a stream's usage can be asked for, in a request that does not.
std::string_view SpotForUsage(const json::JsonScan& scan) {
  if (scan.status() != json::JsonStatus::kOk || scan.misspelt().Has(JsonField::kStreamOptions))
    return {};
  const json::JsonMember* const options = scan.Find(JsonField::kStreamOptions);
  if (options == nullptr) return {scan.members().front().key.data() - 1, 0};
  const std::string_view wish = scan.canonical() ? scan.Canonical(*options) : options->value;
  const bool nothing = wish == "null" || wish == "{}" || wish == R"({"include_usage":false})";
  return nothing ? options->value : std::string_view();
}

void ReadRequest(const OperationInfo& info, const json::JsonScan& scan, RequestFacts* facts) {
  RequestExpectations& expected = facts->expectations;
  facts->sampled =
      IsSampled(ValueOf(scan, JsonField::kTemperature), ValueOf(scan, JsonField::kSeed));
  expected.limit_set = IsPositive(ValueOf(scan, JsonField::kMaxTokens)) ||
                       IsPositive(ValueOf(scan, JsonField::kMaxCompletionTokens));
  expected.usage_requested =
      facts->stream && ValueIn(ValueOf(scan, JsonField::kStreamOptions), "include_usage") == "true";
  if (info.operation == Operation::kEmbeddings) {
    facts->sampled = false;
    expected.choices = CountInputs(ValueOf(scan, JsonField::kInput));
    return;
  }
  if (facts->stream && !expected.usage_requested) facts->usage_spot = SpotForUsage(scan);
  // Bounded, so that the product of two fields from outside cannot overflow.
  constexpr int64_t kChoicesMax = 1 << 20;
  int64_t choices = std::clamp<int64_t>(IntegerOr(ValueOf(scan, JsonField::kN), 1), 1, kChoicesMax);
  if (info.operation == Operation::kCompletions) {
    choices *= std::max(1, CountInputs(ValueOf(scan, JsonField::kPrompt)));
  }
  expected.choices = static_cast<int>(std::min(choices, kChoicesMax));
}

std::unique_ptr<StreamReader> ReadStream(const RequestExpectations& expectations) {
  return ReadChunks(expectations, true);
}

Completeness CheckChoices(const RequestExpectations& expectations, std::string_view body,
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

Completeness CheckWhole(const RequestExpectations& expectations, std::string_view body,
                        FrameVerdict* spans, Usage* usage) {
  // As many rows as inputs, each index once, equal widths, floats or base64.
  if (expectations.operation->operation == Operation::kEmbeddings)
    return CheckEmbeddings(expectations.choices, body, usage);
  return CheckChoices(expectations, body, spans, usage);
}

// The worker's own object if it is one and speaks of this model, else one with what we know.
std::string Model(const CatalogModel& model) {
  if (IsObjectNaming(model.openai_model, "id", model.name)) return model.openai_model;
  std::string object;
  AppendText(R"({"id":)", model.name, &object);
  object += R"(,"object":"model","created":)" + std::to_string(model.created_s);
  AppendText(R"(,"owned_by":)", model.owned_by.empty() ? "banto" : model.owned_by, &object);
  return object + "}";
}

ListingAnswer List(Operation listing, const ListingFacts& facts) {
  if (listing == Operation::kModels) {
    return {200, "application/json",
            ListModels(R"({"object":"list","data":[)", facts.catalog, Model)};
  }
  const CatalogModel* model = FindModel(facts.catalog, facts.model);
  if (model == nullptr) return {kStatusNotFound, {}, {}};
  return {200, "application/json", Model(*model)};
}

constexpr ErrorShape kErrors = {
    .body = OpenAiErrorBody,
    .event = OpenAiErrorEvent,
    .readable = IsOpenAiError,
    .of_worker = OpenAiErrorOfWorker,
    .readable_event = [](const http::Frame& frame) { return IsOpenAiError(frame.data); },
};

}  // namespace

constinit const Dialect kDialect = {
    .name = "openai",
    .root = "/v1",
    .read_request = ReadRequest,
    .ignored = kIgnored,
    .bypass_reason = BypassReason,
    .read_stream = ReadStream,
    .check_whole = CheckWhole,
    .errors = &kErrors,
    .keep_alive = kCommentFrame,
    .list = List,
};

}  // namespace banto::api::openai
