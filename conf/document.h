// A configuration's text -> one tree of values; every syntax error and every key that is set twice
// is reported on the way, and the rest is still there to be checked. Main thread.
#ifndef BANTO_CONF_DOCUMENT_H_
#define BANTO_CONF_DOCUMENT_H_

#include "conf/error_list.h"
#include "conf/source_text.h"
#include "conf/toml_value.h"

namespace banto::conf {

TomlValue BuildDocument(const SourceText& source, ErrorList* errors);

}  // namespace banto::conf

#endif  // BANTO_CONF_DOCUMENT_H_
