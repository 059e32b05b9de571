#include "proxy/exchange/judged_pages.h"

#include <algorithm>

#include "proxy/api/engine_traits.h"
#include "proxy/question/cors.h"

namespace banto {

void NoteWordToPage(const FetchHead& head) {
  if (head.status != 200 || head.worker == nullptr) return;
  if (api::TraitsOf(head.worker->kind).origins != api::OriginRule::kAny) return;
  head.worker->state->SetJudgesPages(ShowsAList(head.fields));
}

bool SomeJudgePages(const upstream::WorkerGroup* group) {
  return group != nullptr &&
         std::any_of(group->workers.begin(), group->workers.end(),
                     [](const upstream::WorkerPtr& w) { return w->state->judges_pages(); });
}

}  // namespace banto
