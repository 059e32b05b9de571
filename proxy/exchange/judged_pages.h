// Engines that decide by a list of their own which web pages may read their answers. Any thread.
#ifndef BANTO_PROXY_EXCHANGE_JUDGED_PAGES_H_
#define BANTO_PROXY_EXCHANGE_JUDGED_PAGES_H_

#include "proxy/fetch/fetch_reader.h"
#include "proxy/routing/snapshot.h"

namespace banto {

// Notes how an engine treats a page, for heads that are sent before its next answer. (Ollama's list
// is known; errors may omit fields that answers have.)
void NoteWordToPage(const FetchHead& head);

// Whether one of the workers is known to judge pages; nullptr: there are none.
bool SomeJudgePages(const upstream::WorkerGroup* group);

}  // namespace banto

#endif  // BANTO_PROXY_EXCHANGE_JUDGED_PAGES_H_
