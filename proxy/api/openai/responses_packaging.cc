// The two packagings of a response. The event that ends a stream has the whole of it.
#include "proxy/api/frame_data.h"
#include "proxy/api/json_each.h"
#include "proxy/api/openai/named_members.h"
#include "proxy/api/openai/packaging.h"
#include "proxy/api/openai/responses_check.h"
#include "proxy/api/openai/responses_streamed.h"
#include "proxy/api/stream_reader.h"
#include "proxy/json/json_cursor.h"
#include "proxy/json/utf8.h"

namespace banto::api::openai {
namespace {

// A stream, event by event.
class StreamedResponse {
 public:
  // False: it tells of no response, or contradicts itself.
  bool Add(std::string_view data, std::string_view name);
  // Empty: it has not ended.
  RawJson whole() const { return whole_; }

 private:
  bool End(bool in_full, RawJson response);

  JsonText id_;
  StreamedItems items_;
  RawJson whole_;
};

bool StreamedResponse::Add(std::string_view data, std::string_view name) {
  if (IsDone(data)) return true;
  RawJson type_raw, response, error, id;
  if (!whole_.empty() ||
      !ReadMembers(data, {{"type", &type_raw}, {"response", &response}, {"error", &error}}))
    return false;
  const std::string_view type = TextIn(type_raw);
  if (!name.empty() && name != type) return false;
  if (type == "error" || type == "response.failed" || json::HasSubstance(error)) return false;
  ReadMembers(response, {{"id", &id}});
  if (id_.empty()) id_ = TextIn(id);
  if (!id.empty() && TextIn(id) != id_) return false;
  if (type == "response.completed" || type == "response.incomplete")
    return End(type == "response.completed", response);
  return items_.Add(type, data);
}

// vLLM completes what was cut by a limit too.
bool StreamedResponse::End(bool in_full, RawJson response) {
  ResponseWords words;
  if (!EachMember(response,
                  [&words](std::string_view key, RawJson value) { TakeWord(key, value, &words); }))
    return false;
  whole_ = response;
  return HasEnded(words) && (in_full || words.status == "incomplete") &&
         items_.MayEndIn(words.output);
}

std::optional<std::string> Whole(std::string_view frames) {
  TextStore store;
  StreamedResponse stream;
  const bool read =
      json::IsUtf8(frames) && EachFrame(frames, http::StreamFraming::kSse, &store,
                                        [&](std::string_view data, std::string_view name) {
                                          return stream.Add(data, name);
                                        });
  if (!read || stream.whole().empty()) return std::nullopt;
  return std::string(stream.whole());
}

}  // namespace

// It always tells its usage.
constinit const Packager kResponsesPackager = {Whole, TellResponse, "true"};

}  // namespace banto::api::openai
