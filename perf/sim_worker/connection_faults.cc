// How a connection fails in the middle of an answer.
#include <sys/socket.h>

#include "perf/sim_worker/connection.h"
#include "perf/sim_worker/worker.h"

namespace banto::perf {

bool Connection::FaultAt(int64_t tokens) const {
  switch (fault_.kind) {
    case FaultKind::kStall:
    case FaultKind::kReset:
    case FaultKind::kCut:
    case FaultKind::kNoDone:
    case FaultKind::kError:
    case FaultKind::kErrorDone:
      return tokens >= fault_.after_tokens;
    default:
      return false;
  }
}

void Connection::EndStreamBadly() {
  LeaveEngine();
  switch (fault_.kind) {
    case FaultKind::kStall:
      return Flush();
    case FaultKind::kReset:
      Flush();
      return Reset();
    case FaultKind::kCut:
      return Finish(true);
    case FaultKind::kNoDone:
      out_ += "0\r\n\r\n";
      return Finish(false);
    default:
      writer_->AppendError(fault_.kind == FaultKind::kErrorDone, &out_);
      return Finish(worker_.profile().closes_after_stream);
  }
}

void Connection::EndWholeBadly() {
  LeaveEngine();
  const Profile& profile = worker_.profile();
  if (fault_.kind == FaultKind::kReset) return Reset();
  if (fault_.kind != FaultKind::kCut && fault_.kind != FaultKind::kStall) {
    return Reply(profile.broken.status, profile.broken.body);
  }
  const std::string whole = writer_->Whole();
  AppendReply(profile, 200, {}, whole, &out_);
  out_.resize(out_.size() - whole.size() / 2);
  if (fault_.kind == FaultKind::kStall) return Flush();
  Finish(true);
}

void Connection::Reset() {
  if (fd_ < 0) return;
  const linger at_once{1, 0};
  setsockopt(fd_, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
  Close();
}

}  // namespace banto::perf
