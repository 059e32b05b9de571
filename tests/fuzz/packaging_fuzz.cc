// Every API's packagings on any text, as a stream and as a whole: what is told of it is JSON and
// frames of one line each, which tell the same again; and a whole is the same where each frame of
// its stream is parsed. First byte: the API.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>

#include "proxy/api/frame_data.h"
#include "proxy/api/openai/packaging.h"
#include "proxy/api/packaging.h"
#include "proxy/json/json_cursor.h"
#include "proxy/json/utf8.h"
#include "tests/unit/api/known_operations.h"
#include "tests/unit/api/unlike_frames.h"

namespace {

using namespace banto::api;  // NOLINT: a fuzzer

void Require(bool good) {
  if (!good) std::abort();
}

bool IsJson(std::string_view text) {
  return banto::json::IsJson(text) && banto::json::IsUtf8(text);
}

void AsStream(const OperationInfo& api, std::string_view text) {
  const std::optional<std::string> whole = api.packager->whole(text);
  if (whole) Require(IsJson(*whole));
  Require(api.packager->whole(Recorded(text, api.framing)) ==
          api.packager->whole(UnlikeFrames(text, api.framing)));
}

void AsWhole(const OperationInfo& api, std::string_view text) {
  const std::optional<std::string> stream = api.packager->stream(text);
  if (!stream) return;
  TextStore store;
  Require(EachFrame(*stream, api.framing, &store, [](std::string_view data, std::string_view) {
    Require(data == "[DONE]" || IsJson(data));
    Require(data.find_first_of("\r\n") == data.npos);
    return true;
  }));
  AsStream(api, *stream);
  // The last event of a response has all of it; a value on more lines than one is told on one.
  const bool as_spelt = api.packager == &openai::kResponsesPackager &&
                        text.find_first_of("\r\n") == text.npos && text.back() == '}';
  if (const std::optional<std::string> again = api.packager->whole(*stream); as_spelt && again)
    Require(text.ends_with(*again));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 2) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  const OperationInfo* const kApis[] = {known::kResponses,   known::kChat,
                                        known::kCompletions, known::kMessages,
                                        known::kOllamaChat,  known::kOllamaGenerate};
  const OperationInfo& api = *kApis[data[0] % std::size(kApis)];
  AsStream(api, text);
  if (banto::json::IsUtf8(text) && api.packager->stream != nullptr) AsWhole(api, text);
  return 0;
}
