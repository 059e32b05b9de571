// One connection to the admin port: reads a request head, answers, reads the next. Bounded in bytes
// and time. Owned by the Admin; loop thread only.
#ifndef BANTO_PROXY_OPS_ADMIN_CONNECTION_H_
#define BANTO_PROXY_OPS_ADMIN_CONNECTION_H_

#include <functional>
#include <memory>
#include <string>

#include "proxy/http/field_list.h"
#include "proxy/http/message.h"
#include "proxy/net/event_loop.h"
#include "proxy/net/stream.h"
#include "proxy/net/timer.h"

namespace banto::ops {

struct AdminAnswer {
  int status = 200;
  const char* content_type = "text/plain; charset=utf-8";
  http::FieldList fields;  // in addition to those that every answer has
  std::string body;
};

class AdminConnection final : public net::Deferred, private net::StreamHandler {
 public:
  using Answerer = std::function<AdminAnswer(const http::RequestHead& head)>;
  using OnClosed = std::function<void(AdminConnection*)>;

  AdminConnection(net::EventLoop* loop, int fd, const Answerer* answerer, OnClosed on_closed);

 private:
  // Between two requests all input belongs to a head; bodies are never read.
  void OnReadable() override;
  void OnWritable() override;
  void AnswerAll();
  void Answer(const AdminAnswer& answer, bool head_only, bool keep);
  void Flush();
  void Close();

  const Answerer* answerer_;
  OnClosed on_closed_;
  std::unique_ptr<net::Stream> stream_;
  net::Timer deadline_;
  std::string in_, out_;
  size_t scanned_ = 0;  // bytes of in_ that the parser has seen
  size_t sent_ = 0;     // bytes of out_ already written
  bool keep_ = true;
  bool closed_ = false;
};

}  // namespace banto::ops

#endif  // BANTO_PROXY_OPS_ADMIN_CONNECTION_H_
