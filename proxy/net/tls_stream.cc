#include "proxy/net/tls_stream.h"

#include <errno.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "proxy/net/address.h"
#include "proxy/net/record_source.h"
#include "proxy/net/socket_bio.h"
#include "proxy/net/tls_context.h"

namespace banto::net {
namespace {

// SSL_set_tlsext_host_name without the old-style cast of its macro. OpenSSL copies the name.
long SetSni(SSL* ssl, std::string* name) {
  return SSL_ctrl(ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, name->data());
}

}  // namespace

TlsStream::TlsStream(EventLoop* loop, int fd, StreamHandler* handler, const TlsTarget& target,
                     uint16_t port)
    : Stream(loop, fd, handler),
      server_name_(target.server_name),
      session_name_(target.server_name + ":" + std::to_string(port)) {
  if (!Prepare(target)) Explain("TLS cannot be set up");
}

TlsStream::~TlsStream() {
  if (ssl_ == nullptr) return;
  // One attempt at close_notify (RFC 8446 §6.1); not worth waiting if the socket's buffer is full.
  ERR_clear_error();
  if (step_ == Step::kOpen && !reset_on_close()) SSL_shutdown(ssl_);
  SSL_free(ssl_);
  ERR_clear_error();
}

bool TlsStream::Prepare(const TlsTarget& target) {
  ERR_clear_error();
  ssl_ = SSL_new(static_cast<SSL_CTX*>(target.context->native()));
  BIO* bio = ssl_ == nullptr ? nullptr : NewSocketBio(&fd_);
  if (bio == nullptr) return false;
  SSL_set_bio(ssl_, bio, bio);
  SSL_set_connect_state(ssl_);
  SSL_set_app_data(ssl_, &session_name_);
  std::string name = server_name_;
  if (!name.empty() && name.back() == '.') name.pop_back();  // RFC 6066 §3: no trailing dot
  if (name.empty()) {
    if (SSL_get_verify_mode(ssl_) != SSL_VERIFY_NONE) return false;
  } else if (Address::FromIp(name, 0)) {
    // RFC 6066 §3: an address is never sent as SNI.
    if (X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl_), name.c_str()) != 1) return false;
  } else {
    SSL_set_hostflags(ssl_, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    if (SSL_set1_host(ssl_, name.c_str()) != 1 || SetSni(ssl_, &name) != 1) {
      return false;
    }
  }
  if (auto* session = static_cast<SSL_SESSION*>(target.context->TakeSession(session_name_))) {
    SSL_set_session(ssl_, session);
    SSL_SESSION_free(session);
  }
  return true;
}

bool TlsStream::resumed() const { return ssl_ != nullptr && SSL_session_reused(ssl_) == 1; }

void TlsStream::OnTransport(int error) {
  if (error == 0 && detail_.empty()) {
    Handshake();
    return;
  }
  step_ = Step::kBroken;
  ReportConnected(error != 0 ? error : EPROTO);
}

void TlsStream::Handshake() {
  ERR_clear_error();
  const int result = SSL_do_handshake(ssl_);
  const IoResult outcome =
      result == 1 ? IoResult{IoStatus::kOk} : Blocked(result, /*reading=*/true);
  if (result == 1) {
    step_ = Step::kOpen;
    WantWrite(false);
    ReportConnected(0);
    // The server's first bytes may have arrived in the same recv as its last handshake message.
    if (reading() && HasBuffered()) ReportReadableAgain();
    return;
  }
  if (outcome.status == IoStatus::kWouldBlock) return;
  WantWrite(false);
  ReportConnected(outcome.status == IoStatus::kError ? outcome.error : ECONNRESET);
}

IoResult TlsStream::Blocked(int result, bool reading) {
  const int saved_errno = errno;
  switch (SSL_get_error(ssl_, result)) {
    case SSL_ERROR_WANT_READ:
      write_wants_read_ = write_wants_read_ || !reading;
      if (step_ == Step::kHandshake) WantWrite(false);
      return {IoStatus::kWouldBlock};
    case SSL_ERROR_WANT_WRITE:
      WantWrite(true);
      return {IoStatus::kWouldBlock};
    case SSL_ERROR_ZERO_RETURN:
      return {IoStatus::kEof};
    case SSL_ERROR_SYSCALL:
      step_ = Step::kBroken;
      return {IoStatus::kError, 0, saved_errno != 0 ? saved_errno : ECONNRESET};
    default:
      break;
  }
  const bool in_handshake = step_ == Step::kHandshake;
  step_ = Step::kBroken;
  if (ERR_GET_REASON(ERR_peek_error()) == SSL_R_UNEXPECTED_EOF_WHILE_READING) {
    // Anyone on the path can send a FIN; only close_notify proves that the peer finished (RFC 8446
    // §6.1).
    detail_ = in_handshake ? "closed during the TLS handshake" : "closed without close_notify";
    ERR_clear_error();
    return {IoStatus::kError, 0, ECONNRESET};
  }
  Explain(in_handshake ? "TLS handshake failed" : "TLS error");
  return {IoStatus::kError, 0, EPROTO};
}

void TlsStream::Explain(const char* what) {
  const long verdict = ssl_ != nullptr ? SSL_get_verify_result(ssl_) : X509_V_OK;
  const bool verifying = ssl_ != nullptr && SSL_get_verify_mode(ssl_) != SSL_VERIFY_NONE;
  if (verifying && verdict != X509_V_OK) {
    detail_ = std::string("certificate verify failed: ") + X509_verify_cert_error_string(verdict);
  } else {
    const char* reason = ERR_reason_error_string(ERR_peek_error());
    detail_ = std::string(what) + ": " + (reason != nullptr ? reason : "bad server name");
  }
  detail_ += " (" + server_name_ + ")";
  ERR_clear_error();
}

IoResult TlsStream::Read(size_t size, std::string_view* bytes) {
  NoteRead();
  if (read_end_) {
    NoteEnd(read_end_->status);
    return *read_end_;
  }
  if (step_ != Step::kOpen) return {IoStatus::kError, 0, EPROTO};
  // Records that arrived together are delivered together; only the first SSL_read may cost a recv.
  char* const buffer = loop_->scratch();
  size_t filled = 0;
  IoResult stop{IoStatus::kOk};
  do {
    ERR_clear_error();
    size_t got = 0;
    const int result = SSL_read_ex(ssl_, buffer + filled, size - filled, &got);
    if (result != 1) {
      stop = Blocked(result, /*reading=*/true);
      break;
    }
    filled += got;
  } while (filled < size && SSL_has_pending(ssl_) == 1);
  if (stop.status == IoStatus::kEof || stop.status == IoStatus::kError) {
    // After bytes it is kept for the next Read; no event needs to announce it.
    read_end_ = stop;
    if (filled == 0) NoteEnd(stop.status);
  }
  if (filled == 0) return stop;
  if (reading() && HasBuffered()) ReportReadableAgain();
  *bytes = {buffer, filled};
  return {IoStatus::kOk, filled};
}

IoResult TlsStream::Write(const iovec* pieces, int count) {
  if (step_ != Step::kOpen) return {IoStatus::kError, 0, EPROTO};
  RecordSource source(pieces, count);
  char space[RecordSource::kRecordBytesMax];
  size_t moved = 0;
  while (source.left_bytes() > 0) {
    const std::string_view record = source.Peek(space);
    ERR_clear_error();
    size_t sent = 0;
    const int result = SSL_write_ex(ssl_, record.data(), record.size(), &sent);
    if (result != 1) {
      const IoResult outcome = Blocked(result, /*reading=*/false);
      if (outcome.status != IoStatus::kWouldBlock) {
        return outcome.status == IoStatus::kEof ? IoResult{IoStatus::kError, 0, EPIPE} : outcome;
      }
      write_blocked_ = true;
      return moved > 0 ? IoResult{IoStatus::kOk, moved} : outcome;
    }
    source.Advance(sent);
    moved += sent;
  }
  write_blocked_ = false;
  write_wants_read_ = false;
  WantWrite(false);
  return {IoStatus::kOk, moved};
}

void TlsStream::OnReadReady() {
  loop_->BeginCallback();
  if (step_ == Step::kHandshake) {
    Handshake();
    return;
  }
  if (handler_ == nullptr) return;
  if (write_wants_read_ && write_blocked_) {
    write_wants_read_ = false;
    handler_->OnWritable();
  }
  NotifyReadable();
}

void TlsStream::OnWriteReady() {
  if (step_ == Step::kHandshake) {
    Handshake();
    return;
  }
  if (handler_ == nullptr) return;
  if (write_blocked_) {
    handler_->OnWritable();
  } else if (reading()) {
    // A read had to send first (KeyUpdate).
    NotifyReadable();
  }
}

bool TlsStream::HasBuffered() const {
  return read_end_.has_value() || (step_ == Step::kOpen && SSL_has_pending(ssl_) == 1);
}

void TlsStream::ShutdownWrite() {
  ERR_clear_error();
  if (step_ == Step::kOpen) SSL_shutdown(ssl_);
}

}  // namespace banto::net
