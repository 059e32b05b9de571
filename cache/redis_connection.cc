#include "cache/redis_connection.h"

#include <charconv>
#include <cstring>

namespace banto::cache {
namespace {

// Small reads keep hiredis's buffer short: it moves the rest to the front after every reply.
constexpr size_t kReadBytes = 32 * 1024;
constexpr int kReadsPerTurn = 16;
constexpr int kPiecesMax = 16;

// Database number: redis://host/2, unix:///path?db=2.
std::string_view Database(const net::Url& url) {
  std::string_view db;
  if (url.scheme == "unix") {
    const std::string_view query = url.query;
    if (query.substr(0, 3) == "db=") db = query.substr(3);
  } else if (!url.path.empty()) {
    db = std::string_view(url.path).substr(1);
  }
  return db == "0" ? std::string_view() : db;
}

}  // namespace

bool ReadEpoch(const RedisReply& reply, uint64_t* epoch) {
  if (reply.kind == RedisReply::Kind::kNil) {
    *epoch = 0;
    return true;
  }
  if (reply.kind != RedisReply::Kind::kString || reply.text.empty()) return false;
  const char* end = reply.text.data() + reply.text.size();
  const auto parsed = std::from_chars(reply.text.data(), end, *epoch);
  return parsed.ec == std::errc() && parsed.ptr == end;
}

RedisConnection::RedisConnection(const RedisContext* context, const char* name, int64_t stall_ms,
                                 RedisConnectionOwner* owner)
    : context_(context),
      name_(name),
      stall_ms_(stall_ms),
      owner_(owner),
      reader_(ValueBytesMax(context->settings)),
      watchdog_(context->loop, [this] { OnWatchdog(); }),
      self_(std::make_shared<RedisConnection*>(this)) {}

RedisConnection::~RedisConnection() { *self_ = nullptr; }

void RedisConnection::Start(size_t turn) {
  Greet();
  watchdog_.Set(stall_ms_);
  const net::Url& url = context_->settings.url;
  if (url.scheme == "unix") {
    const auto address = net::Address::FromUnixPath(url.path);
    return address ? ConnectTo(*address) : Close("the socket's path is too long");
  }
  const auto self = self_;
  const auto resolved = [self, turn](const std::shared_ptr<const net::Resolution>& resolution) {
    RedisConnection* connection = *self;
    if (connection == nullptr || connection->state_ != State::kConnecting) return;
    const auto& addresses = resolution->addresses;
    if (addresses.empty()) return connection->Close(resolution->error);
    connection->ConnectTo(addresses[turn % addresses.size()]);
  };
  context_->resolver->Resolve(url.host, url.port, context_->loop, resolved);
}

void RedisConnection::ConnectTo(const net::Address& address) {
  net::TlsTarget tls;
  if (context_->settings.url.tls()) tls = {context_->tls, context_->settings.url.host};
  if (context_->settings.url.tls() && context_->tls == nullptr) return Close("no TLS settings");
  stream_ = net::Stream::Connect(context_->loop, address, tls, this);
  if (stream_ == nullptr) Close("no socket: " + std::string(std::strerror(errno)));
}

void RedisConnection::OnConnected(int error) {
  if (state_ != State::kConnecting) return;
  if (error != 0) {
    const std::string& detail = stream_->detail();
    return Close("cannot connect: " +
                 (detail.empty() ? std::string(std::strerror(error)) : detail));
  }
  state_ = State::kHandshake;
  Flush();
}

// Sent together, in one round trip, before anything queued while connecting. CLIENT SETNAME is last
// because its failure does not matter.
void RedisConnection::Greet() {
  const net::Url& url = context_->settings.url;
  const std::string_view db = Database(url);
  if (!url.password.empty() && url.user.empty()) Send({"AUTH", url.password}, &greeting_);
  if (!url.password.empty() && !url.user.empty()) {
    Send({"AUTH", url.user, url.password}, &greeting_);
  }
  if (!db.empty()) Send({"SELECT", db}, &greeting_);
  greeting_.replies_until_epoch = static_cast<int>(in_flight_.size());
  Send({"GET", kEpochKey}, &greeting_);
  Send({"CLIENT", "SETNAME", name_}, nullptr);
}

void RedisConnection::Greeting::OnReply(const RedisReply* reply, int64_t) {
  if (reply == nullptr) return;
  if (reply->kind == RedisReply::Kind::kError) return connection->Close(std::string(reply->text));
  if (--replies_until_epoch >= 0) return;
  uint64_t epoch = 0;
  if (!ReadEpoch(*reply, &epoch)) return connection->Close("banto:epoch is not a number");
  connection->state_ = State::kReady;
  connection->ready_ms_ = connection->context_->loop->NowMs();
  connection->owner_->OnRedisReady(epoch);
}

uint64_t RedisConnection::Send(std::initializer_list<std::string_view> words,
                               RedisReplyHandler* handler) {
  if (state_ == State::kClosed || !output_.Add(words)) return 0;
  if (in_flight_.empty()) watchdog_.Set(stall_ms_);
  in_flight_.push_back({handler, net::EventLoop::NowUs()});
  context_->loop->AtTurnEnd(this);
  return first_command_ + in_flight_.size() - 1;
}

void RedisConnection::Forget(uint64_t command) {
  if (command < first_command_) return;
  in_flight_[command - first_command_].handler = nullptr;
}

void RedisConnection::OnTurnEnd() {
  if (!blocked_ && state_ != State::kConnecting) Flush();
}

void RedisConnection::OnWritable() {
  blocked_ = false;
  Flush();
}

void RedisConnection::Flush() {
  while (state_ != State::kClosed && output_.bytes() > 0) {
    iovec pieces[kPiecesMax];
    const net::IoResult result = stream_->Write(pieces, output_.Peek(pieces, kPiecesMax));
    if (result.status == net::IoStatus::kOk) {
      output_.Take(result.bytes);
    } else if (result.status == net::IoStatus::kWouldBlock) {
      blocked_ = true;
      return;
    } else {
      return Close("cannot write: " + std::string(std::strerror(result.error)));
    }
  }
}

void RedisConnection::OnReadable() {
  for (int i = 0; i < kReadsPerTurn && state_ != State::kClosed; ++i) {
    // A large value in progress is read in large pieces; then nothing is moved.
    const bool large = reader_.pending_bytes() >= kReadBytes;
    const size_t size = large ? net::EventLoop::kScratchBytes : kReadBytes;
    std::string_view bytes;
    const net::IoResult result = stream_->Read(size, &bytes);
    if (result.status == net::IoStatus::kWouldBlock) return;
    if (result.status == net::IoStatus::kEof) return Close("closed by Redis");
    if (result.status == net::IoStatus::kError) {
      return Close("cannot read: " + std::string(std::strerror(result.error)));
    }
    // Feed everything before passing on any reply: handlers may use the scratch memory.
    reader_.Feed(bytes);
    if (!ReadReplies()) return;
    if (reader_.pending_bytes() > 0) heard_part_us_ = net::EventLoop::NowUs();
    if (result.bytes < size) return;
  }
}

bool RedisConnection::ReadReplies() {
  RedisReply reply;
  while (state_ != State::kClosed) {
    switch (reader_.Next(&reply)) {
      case RedisReplyReader::Result::kReply:
        Dispatch(reply);
        break;
      case RedisReplyReader::Result::kMore:
        return true;
      case RedisReplyReader::Result::kBad:
        Close("bad reply: " + reader_.error());
        return false;
    }
  }
  return false;
}

void RedisConnection::Dispatch(const RedisReply& reply) {
  if (in_flight_.empty()) {
    // Redis says so before it closes ("max number of clients reached").
    const bool error = reply.kind == RedisReply::Kind::kError;
    return Close(error ? std::string(reply.text) : "an unsolicited reply");
  }
  const Command command = in_flight_.front();
  in_flight_.pop_front();
  ++first_command_;
  if (in_flight_.empty()) watchdog_.Cancel();
  if (command.handler == nullptr) return;
  command.handler->OnReply(&reply, net::EventLoop::NowUs() - command.sent_us);
}

void RedisConnection::OnWatchdog() {
  if (state_ == State::kClosed) return;
  if (state_ == State::kConnecting) {
    return Close("no connection within " + std::to_string(stall_ms_) + " ms");
  }
  if (in_flight_.empty()) return;
  const int64_t age_ms = (net::EventLoop::NowUs() - in_flight_.front().sent_us) / 1000;
  if (age_ms < stall_ms_) return watchdog_.Set(stall_ms_ - age_ms);
  Close("no reply within " + std::to_string(stall_ms_) + " ms");
}

void RedisConnection::Close(const std::string& why) {
  if (state_ == State::kClosed) return;
  state_ = State::kClosed;
  watchdog_.Cancel();
  if (stream_ != nullptr) {
    stream_->SetReading(false);
    stream_->ResetOnClose();  // Redis need not finish what nobody reads
  }
  // The owner first: it must already be known as down when handlers send their next command.
  owner_->OnRedisClosed(why);
  while (!in_flight_.empty()) {
    const Command command = in_flight_.front();
    in_flight_.pop_front();
    ++first_command_;
    if (command.handler == nullptr) continue;
    command.handler->OnReply(nullptr, net::EventLoop::NowUs() - command.sent_us);
  }
}

}  // namespace banto::cache
