// The version shown by `banto version`, banto_build_info and Via. Set by CMake.
#ifndef BANTO_PROXY_PROCESS_VERSION_H_
#define BANTO_PROXY_PROCESS_VERSION_H_

namespace banto {

#ifndef BANTO_VERSION
#define BANTO_VERSION "0.0.0"
#endif
inline constexpr const char* kVersion = BANTO_VERSION;

}  // namespace banto

#endif  // BANTO_PROXY_PROCESS_VERSION_H_
