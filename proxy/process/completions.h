// Completion scripts for bash, zsh and fish, generated from command_table.h. Pure.
#ifndef BANTO_PROXY_PROCESS_COMPLETIONS_H_
#define BANTO_PROXY_PROCESS_COMPLETIONS_H_

#include <string>
#include <string_view>

namespace banto {

// `shell`: "bash", "zsh" or "fish"; empty for others.
std::string Completions(std::string_view shell);

}  // namespace banto

#endif  // BANTO_PROXY_PROCESS_COMPLETIONS_H_
