// One statement of a configuration through toml11, which no other file includes. toml11's
// exceptions end here, and so do its recursion and its asserts: statements that would provoke them
// are refused before. Main thread.
#ifndef BANTO_CONF_TOML_STATEMENT_H_
#define BANTO_CONF_TOML_STATEMENT_H_

#include <string>
#include <vector>

#include "conf/source_text.h"
#include "conf/toml_value.h"

namespace banto::conf {

struct ParsedStatement {
  bool ok = false;
  std::vector<std::string> path;   // the dotted key, unescaped
  std::vector<Place> path_places;  // one per part
  bool is_list_header = false;     // [[path]]
  TomlValue value;                 // of key = value
  Place trouble;                   // !ok: where toml11 stopped; line 0 when it cannot say
};

ParsedStatement ParseStatement(const SourceText& source, const Statement& statement);

}  // namespace banto::conf

#endif  // BANTO_CONF_TOML_STATEMENT_H_
