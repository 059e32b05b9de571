// Why a statement is no TOML, in the words of somebody who wrote it. toml11's own reasons name its
// grammar's functions and quote the text, secrets included. Pure.
#ifndef BANTO_CONF_SYNTAX_DIAGNOSIS_H_
#define BANTO_CONF_SYNTAX_DIAGNOSIS_H_

#include <string>

#include "conf/source_text.h"

namespace banto::conf {

struct SyntaxDiagnosis {
  Place place;
  std::string message;
  std::string hint;
};

// `trouble` is where the parser stopped (line 0: unknown); it only serves lists over several lines.
SyntaxDiagnosis DiagnoseSyntax(const SourceText& source, const Statement& statement,
                               const Place& trouble);

}  // namespace banto::conf

#endif  // BANTO_CONF_SYNTAX_DIAGNOSIS_H_
