// Explains syntax errors to the author of the file. toml11's own messages name grammar functions
// and quote the text, including secrets. Pure.
#ifndef BANTO_CONF_SYNTAX_DIAGNOSIS_H_
#define BANTO_CONF_SYNTAX_DIAGNOSIS_H_

#include <string>

#include "conf/source_text.h"

namespace banto::conf {

// Where the parser stopped; line 0: unknown.
struct SyntaxTrouble {
  int line = 0, column = 0;
  int first_line = 0;  // the line that first defined what is repeated here; 0: it is not a
                       // duplicate
};

struct SyntaxDiagnosis {
  Place place;
  std::string message;
  std::string hint;
};

SyntaxDiagnosis DiagnoseSyntax(const SourceText& source, const SyntaxTrouble& trouble);

}  // namespace banto::conf

#endif  // BANTO_CONF_SYNTAX_DIAGNOSIS_H_
