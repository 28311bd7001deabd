/* libxml2's headers pull in ICU's where the library was built with it; Foundation carries its own ICU, and the two
   definitions of one type would clash. Nothing here uses libxml2's ICU. */
#include <libxml/xmlversion.h>
#undef LIBXML_ICU_ENABLED
#include <libxml/parser.h>
#include <libxml/SAX2.h>
