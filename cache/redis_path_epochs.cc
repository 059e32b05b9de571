#include "cache/redis_path_epochs.h"

#include <string>
#include <utility>

namespace banto::cache {
namespace {

constexpr std::string_view kTableKey = "banto:paths";

}  // namespace

void RedisPathEpochs::Save(RedisConnection* connection) {
  if (connection == nullptr) return;
  if (!saving_.empty()) {
    save_again_ = true;
    return;
  }
  save_again_ = false;
  connection_ = connection;
  for (PathEpochs::Change& change : epochs_->Unsaved()) {
    const std::string at = std::to_string(change.slot * PathEpochs::kEpochBytes);
    if (connection->Send({"SETRANGE", kTableKey, at, change.epoch}, &save_reply_) == 0) return;
    saving_.push_back(std::move(change));
  }
}

void RedisPathEpochs::Sync(RedisConnection* connection) {
  Save(connection);
  if (connection == nullptr || asked_us_ != 0) return;
  if (connection->Send({"GET", kTableKey}, &table_reply_) != 0) {
    asked_us_ = net::EventLoop::NowUs();
  }
}

// What Redis rejects stays unsaved and is sent again by the next Sync.
void RedisPathEpochs::SaveReply::OnReply(const RedisReply* reply, int64_t) {
  const PathEpochs::Change change = std::move(owner->saving_.front());
  owner->saving_.pop_front();
  if (reply == nullptr) return;
  if (reply->kind == RedisReply::Kind::kInteger) {
    owner->epochs_->OnSaved(change, net::EventLoop::NowUs());
  }
  if (owner->saving_.empty() && owner->save_again_) owner->Save(owner->connection_);
}

void RedisPathEpochs::TableReply::OnReply(const RedisReply* reply, int64_t) {
  const int64_t asked_us = std::exchange(owner->asked_us_, 0);
  if (reply == nullptr) return;
  if (reply->kind == RedisReply::Kind::kString) owner->epochs_->Follow(reply->text, asked_us);
  if (reply->kind == RedisReply::Kind::kNil) owner->epochs_->Follow("", asked_us);
}

}  // namespace banto::cache
