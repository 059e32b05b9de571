// What the events of a stream say of its items, to be compared with the response that ends it. A
// value; its views are of the events.
#ifndef BANTO_PROXY_API_OPENAI_RESPONSES_STREAMED_H_
#define BANTO_PROXY_API_OPENAI_RESPONSES_STREAMED_H_

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "proxy/api/json_text.h"
#include "proxy/api/openai/responses_items.h"

namespace banto::api::openai {

class StreamedItems {
 public:
  // Takes one event, of whatever type. False: it contradicts those before it.
  bool Add(std::string_view type, RawJson event);
  // Whether a response with this output may end the stream: it has the items that were told, and
  // they say what was told. Deltas may fall short of a text only if its end was told too: llama.cpp
  // holds back what might become something else.
  bool MayEndIn(RawJson output) const;

 private:
  struct Told {  // insides of JSON strings
    std::string deltas, end;
    bool ended = false;
  };
  struct Item {
    JsonText id;
    int64_t index = -1;  // in the output, if it says
    RawJson added, done;
    std::array<Told, kTextWords.size()> texts;  // in the order of kTextWords
  };
  Item* Find(JsonText id, int64_t index);
  bool AddItem(bool done, RawJson event);
  bool AddText(size_t kind, bool done, RawJson event);
  static bool Agrees(const Item& told, RawJson item);

  std::vector<Item> items_;
};

}  // namespace banto::api::openai

#endif  // BANTO_PROXY_API_OPENAI_RESPONSES_STREAMED_H_
