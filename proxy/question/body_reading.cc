#include "proxy/question/body_reading.h"

#include <algorithm>

#include "proxy/http/short_text.h"
#include "proxy/routing/router.h"

namespace banto {
namespace {

using json::JsonField;
using json::JsonStatus;

// RFC 8259 §8.1: a parser may ignore it, and some do.
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

bool IsModel(const json::JsonMember& member) { return member.field == JsonField::kModel; }

bool Speaks(const upstream::Worker& worker, const api::OperationInfo& operation) {
  return operation.codec == nullptr || (worker.engines & operation.engines) != 0;
}

}  // namespace

BodyReading ReadBody(std::string_view body, bool canonical, json::JsonScan* scan) {
  if (body.starts_with(kByteOrderMark)) body.remove_prefix(kByteOrderMark.size());
  const JsonStatus status = canonical ? scan->Scan(body) : scan->ScanMembers(body);
  if (status == JsonStatus::kMalformed || status == JsonStatus::kNotObject ||
      status == JsonStatus::kTooManyMembers) {
    return BodyReading::kUnread;
  }
  if (status == JsonStatus::kOk && !scan->misspelt().Has(JsonField::kModel))
    return BodyReading::kClear;
  const auto members = scan->members();
  if (scan->misspelt().Has(JsonField::kModel) ||
      std::count_if(members.begin(), members.end(), IsModel) > 1) {
    return BodyReading::kAmbiguous;
  }
  const json::JsonMember* model = scan->Find(JsonField::kModel);
  std::string name;
  const bool broken = model != nullptr && model->kind == json::JsonKind::kString &&
                      !json::DecodeJsonString(model->value, &name);
  return broken ? BodyReading::kUnread : BodyReading::kClear;
}

const char* BodyTrouble(std::string_view body, const json::JsonScan& scan) {
  if (scan.status() != JsonStatus::kOk) return json::JsonStatusName(scan.status());
  return body.starts_with(kByteOrderMark) ? "byte_order_mark" : nullptr;
}

std::string ModelSpellings(const json::JsonScan& scan) {
  std::string text;
  for (const json::JsonMember& member : scan.members()) {
    if (!IsModel(member)) continue;
    text += (text.empty() ? "\"" : "\" and \"") + http::Shortened(member.key);
    if (text.size() > http::kNameBytesMax) break;
  }
  return text + "\"";
}

const upstream::WorkerGroup* OnlyGroup(const Snapshot& snapshot,
                                       const api::OperationInfo& operation) {
  const bool ollama = OnlyOllamasServe(operation);
  const auto& models = ollama ? snapshot.ollama_models : snapshot.models;
  const auto& any = ollama ? snapshot.ollama_any_model : snapshot.any_model;
  const auto& unlisted = ollama ? snapshot.ollama_unlisted : snapshot.unlisted;
  if (!snapshot.unasked.empty()) return nullptr;
  const upstream::WorkerGroup* only = any ? any.get() : unlisted.get();
  if (only == nullptr && !models.empty()) only = models.begin()->second.get();
  const auto is_only = [only](const upstream::WorkerGroupPtr& group) {
    return group->workers == only->workers;
  };
  if (any && unlisted && !is_only(unlisted)) return nullptr;
  const bool all = std::all_of(models.begin(), models.end(),
                               [&](const auto& entry) { return is_only(entry.second); });
  return all ? only : nullptr;
}

bool AllSpeak(const upstream::WorkerGroup& group, const api::OperationInfo& operation) {
  return std::all_of(group.workers.begin(), group.workers.end(),
                     [&](const auto& worker) { return Speaks(*worker, operation); });
}

bool AnySpeaks(const upstream::WorkerGroup& group, const api::OperationInfo& operation) {
  return std::any_of(group.workers.begin(), group.workers.end(),
                     [&](const auto& worker) { return Speaks(*worker, operation); });
}

bool HoldsKeyOrBills(const upstream::WorkerGroup& group) {
  return std::any_of(
      group.workers.begin(), group.workers.end(),
      [](const upstream::WorkerPtr& worker) { return worker->bills || worker->own_key; });
}

bool MayBeNative(const json::JsonScan& scan) {
  if (scan.Find(JsonField::kMessages) != nullptr || scan.Find(JsonField::kPrompt) != nullptr ||
      scan.Find(JsonField::kInput) != nullptr) {
    return false;
  }
  const auto members = scan.members();
  return std::none_of(members.begin(), members.end(),
                      [](const auto& member) { return member.key == "documents"; });
}

}  // namespace banto
