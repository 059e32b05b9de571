// Scripts with which bash, zsh and fish complete the words of banto's command line; made from
// command_table.h. Pure.
#ifndef BANTO_PROXY_PROCESS_COMPLETIONS_H_
#define BANTO_PROXY_PROCESS_COMPLETIONS_H_

#include <string>
#include <string_view>

namespace banto {

// `shell`: "bash", "zsh" or "fish"; empty for others.
std::string Completions(std::string_view shell);

}  // namespace banto

#endif  // BANTO_PROXY_PROCESS_COMPLETIONS_H_
