#include "proxy/ops/status_page.h"
namespace banto::ops {
std::string_view StatusPage() {
  return "<!doctype html><title>banto</title><pre "
         "id=s></pre><script>setInterval(async()=>{s.textContent=JSON.stringify(await(await "
         "fetch('/api/v1/status')).json(),null,1)},5000)</script>";
}
}  // namespace banto::ops
