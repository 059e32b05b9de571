#include "cache/live_content.h"

#include <algorithm>
#include <string>

#include "cache/name_words.h"
#include "cache/wish_walk.h"
#include "proxy/base/ascii.h"
#include "proxy/json/json_cursor.h"

namespace banto::cache {
namespace {

using json::JsonCursor;
using json::JsonField;
using json::JsonMember;

// " x" matches the beginning of a word, " x " a complete word.
constexpr std::string_view kLiveWords[] = {
    "search",   " web",    " brows",  " internet",  " online",    " ground",
    " retriev", " plugin", " attach", " file",      " connector", " crawl",
    " scrape",  " fetch",  " mcp",    " knowledge", " rag ",      " news "};

// However they are split into words: Azure's data_sources, Groq's compound_custom, a server's
// threads.
constexpr std::string_view kLiveNames[] = {"datasource",        "vectorstore",
                                           "toolresource",      "codeinterpreter",
                                           "codeexecution",     "compoundcustom",
                                           "assistantid",       "threadid",
                                           "agentid",           "conversationid",
                                           "memoryid",          "documentid",
                                           "datasetid",         "previousinteraction",
                                           "cachedcontent",     "builtintool",
                                           "servertool",        "toolserver",
                                           "toolids",           "usecontext",
                                           "contextfilter",     "kbid",
                                           "enableenhancement", "modaluuid"};

bool IsOffWord(std::string_view value) {
  constexpr std::string_view kOff[] = {
      "null",   "false",     "0",     "[]",        "\"\"",         "\"off\"",    "\"none\"",
      "\"no\"", "\"false\"", "\"0\"", "\"never\"", "\"disabled\"", "\"disable\""};
  const std::string lower = base::Lowered(value.substr(0, 16));
  return value.size() <= 16 && std::find(std::begin(kOff), std::end(kOff), lower) != std::end(kOff);
}

// {"mode":"off"}, {"enable":false}, {"type":"disabled"}. An empty object switches it on: OpenAI's
// web_search_options has only defaults.
bool SaysOff(std::string_view object) {
  JsonCursor json(object);
  std::string_view key;
  bool off = false;
  if (!json.EnterObject()) return false;
  while (json.NextMember(&key)) {
    const bool is_switch = key == "mode" || key == "enable" || key == "enabled" || key == "type";
    const std::string_view value = json.Skip();
    if (is_switch && IsOffWord(value)) off = true;
  }
  return off && json.Finish();
}

}  // namespace

bool IsLiveName(std::string_view name) {
  const std::string words = WordsOf(name);
  std::string joined = words;
  std::erase(joined, ' ');
  if (HasAny(joined, kLiveNames)) return true;
  if (joined.find("beamsearch") != joined.npos) return false;  // a sampling method
  // image_url is judged by what it points at (remote_content.h).
  return HasAny(words, kLiveWords) || words.starts_with(" url");
}

bool IsSwitchedOff(std::string_view name, std::string_view value) {
  if (WordsOf(name).starts_with(" disable")) return value == "true";
  return IsOffWord(value) || SaysOff(value);
}

bool IsLiveModel(std::string_view model) {
  constexpr std::string_view kLive[] = {" online ",        " search ",   " sonar ",
                                        " deep research ", " compound ", " alltools ",
                                        " deepsearch "};
  const std::string words = WordsOf(model);
  return HasAny(words, kLive) || words.ends_with(" rag ");  // yi-large-rag
}

bool HasLiveMember(const json::JsonScan& scan) {
  const auto members = scan.members();
  return std::any_of(members.begin(), members.end(), [&scan](const JsonMember& member) {
    const std::string_view value = scan.Canonical(member);
    if (member.field == JsonField::kOptions) return HoldsLiveMember(value);
    if (member.field != JsonField::kOther) return false;
    const std::string_view name = scan.CanonicalKey(member);
    if (IsLiveName(name)) return !IsSwitchedOff(name, value);
    if (member.kind < json::JsonKind::kArray) return false;
    return IsClientsOwn(name) ? HasLiveMemberItself(value) : HoldsLiveMember(value);
  });
}

}  // namespace banto::cache
