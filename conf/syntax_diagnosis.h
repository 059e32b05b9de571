// Why a file is no TOML, in the words of somebody who wrote it. toml11's own reasons name its
// grammar's functions and quote the text, secrets included. Pure.
#ifndef BANTO_CONF_SYNTAX_DIAGNOSIS_H_
#define BANTO_CONF_SYNTAX_DIAGNOSIS_H_

#include <string>

#include "conf/source_text.h"

namespace banto::conf {

// Where the parser stopped; line 0: it cannot say.
struct SyntaxTrouble {
  int line = 0, column = 0;
  int first_line = 0;  // what stands there stood on this line before; 0: that is not the trouble
};

struct SyntaxDiagnosis {
  Place place;
  std::string message;
  std::string hint;
};

SyntaxDiagnosis DiagnoseSyntax(const SourceText& source, const SyntaxTrouble& trouble);

}  // namespace banto::conf

#endif  // BANTO_CONF_SYNTAX_DIAGNOSIS_H_
