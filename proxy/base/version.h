// The version shown by `banto version`, banto_build_info and User-Agent. Set by CMake.
#ifndef BANTO_PROXY_BASE_VERSION_H_
#define BANTO_PROXY_BASE_VERSION_H_

namespace banto {

#ifndef BANTO_VERSION
#define BANTO_VERSION "0.0.0"
#endif
inline constexpr const char* kBantoVersion = BANTO_VERSION;

}  // namespace banto

#endif  // BANTO_PROXY_BASE_VERSION_H_
