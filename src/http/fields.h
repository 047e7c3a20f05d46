/* http/fields.h - the header lines of an answer (fields, in the words of RFC 9110), read where they lie.
 *
 * The lines have passed the response parser: each is a name, a colon, a value and CRLF. Whoever owns them may put a NUL
 * in the place of a colon, and behind a value, and read them again.
 */
#ifndef WEFT_HTTP_FIELDS_H
#define WEFT_HTTP_FIELDS_H

#include <stdbool.h>

#include "weft/types.h"

/* Takes the next line from the front of `*lines`, without its line feed; false when there is none. */
bool weft__fields_next(weft_str *lines, weft_str *ret_line);
/* Whether the line's name is `name`, in whatever case. */
bool weft__field_is(weft_str line, weft_str name);
weft_str weft__field_name(weft_str line);
/* Without white space around it; `name_len` is the length of the line's name. */
weft_str weft__field_value(weft_str line, size_t name_len);

#endif
