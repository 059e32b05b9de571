#include "perf/load/pacer.h"

namespace banto::perf {

Pacer::Pacer(Campaign& campaign, const std::vector<std::unique_ptr<Client>>& clients)
    : campaign_(campaign),
      clients_(clients),
      random_(static_cast<uint64_t>(campaign.options.seed)),
      gap_s_(campaign.options.rate) {}

void Pacer::Start() {
  due_ = Clock::now();
  Tick();
}

void Pacer::Tick() {
  while (due_ <= Clock::now()) {
    if (campaign_.over()) return;
    clients_[next_]->AskAt(due_);
    next_ = (next_ + 1) % clients_.size();
    due_ +=
        std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(gap_s_(random_)));
  }
  campaign_.poller.At(due_, [this] { Tick(); });
}

}  // namespace banto::perf
