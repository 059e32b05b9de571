// The page on the admin port: one self-contained HTML document that polls /api/v1/status.
#ifndef BANTO_PROXY_OPS_STATUS_PAGE_H_
#define BANTO_PROXY_OPS_STATUS_PAGE_H_

#include <string_view>

namespace banto::ops {

std::string_view StatusPage();

}  // namespace banto::ops

#endif  // BANTO_PROXY_OPS_STATUS_PAGE_H_
